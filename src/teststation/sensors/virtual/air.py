"""A virtual band of 2.4 GHz: Bumble's link between controllers, with what a real one does to data."""

from __future__ import annotations

import asyncio
from typing import Any

from bumble import hci
from bumble.controller import Connection, Controller
from bumble.core import PhysicalTransport
from bumble.link import LocalLink
from bumble.ll import AdvertisingPdu, ControlPdu

CONNECTION_INTERVAL_S = 0.03
SUPERVISION_S = 2.0


class VirtualController(Controller):
    """Bumble's controller without two of its limits (0.0.236).

    A cancelled connection is answered by a connection that failed, as the specification asks (Vol 4, Part E, 7.8.13);
    otherwise a host that gives up waits for ever. And it offers neither privacy nor extended advertising, for
    which hosts expect events that Bumble never sends (google/bumble#841).
    """

    def __init__(self, name: str, air: Air, **interface: Any) -> None:
        super().__init__(name, link=air, **interface)
        self.le_features &= ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Answer the command, and end what it cancels."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if not isinstance(pending, hci.HCI_LE_Create_Connection_Command):
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        failed = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, failed)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)


class Air(LocalLink):
    """What lies between the controllers.

    Parameters
    ----------
    interval_s : data leave only at connection events so far apart, so that several packets arrive together
    supervision_s : so long after a device fell silent its peer gives the link up (reason 0x08)
    """

    def __init__(self, interval_s: float = CONNECTION_INTERVAL_S, supervision_s: float = SUPERVISION_S) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.interval_s = interval_s
        self.supervision_s = supervision_s
        self._silent: set[Controller] = set()
        self._waiting: list[tuple[Controller, hci.Address, PhysicalTransport, bytes]] = []
        self._event: asyncio.TimerHandle | None = None

    def lose(self, controller: Controller) -> None:
        """Let a device be out of range, or without a battery: it is not heard, and hears nothing."""
        self._silent.add(controller)
        asyncio.get_running_loop().call_later(self.supervision_s, self._give_up, controller)

    def find(self, controller: Controller) -> None:
        """Let it be heard again."""
        self._silent.discard(controller)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Keep data until the next connection event."""
        if sender_controller in self._silent or self.find_le_controller(destination_address) in self._silent:
            return
        self._waiting.append((sender_controller, destination_address, transport, data))
        if self._event is None:
            loop = asyncio.get_running_loop()
            if self.interval_s > 0.0:
                self._event = loop.call_at((loop.time() // self.interval_s + 1) * self.interval_s, self._deliver)
            else:
                self._deliver()

    def send_advertising_pdu(self, sender_controller: Controller, packet: AdvertisingPdu) -> None:
        """Let those who can be heard advertise, to those who can hear."""
        if sender_controller in self._silent:
            return
        loop = asyncio.get_running_loop()
        for controller in self.controllers - self._silent - {sender_controller}:
            loop.call_soon(controller.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ControlPdu
    ) -> None:
        """Pass on what controllers say to each other."""
        receiver = self.find_le_controller(receiver_address)
        sender = self.find_le_controller(sender_address)
        if receiver is not None and not {receiver, sender} & self._silent:
            asyncio.get_running_loop().call_soon(receiver.on_ll_control_pdu, sender_address, packet)

    def _deliver(self) -> None:
        self._event = None
        waiting, self._waiting = self._waiting, []
        loop = asyncio.get_running_loop()
        for sender, destination, transport, data in waiting:
            # Bumble would name the sender's random address, which the receiver need not know it by.
            connection = sender.le_connections.get(destination)
            receiver = self.find_le_controller(destination)
            if connection is not None and receiver is not None and not {receiver, sender} & self._silent:
                loop.call_soon(receiver.on_link_acl_data, connection.self_address, transport, data)

    def remove(self, controller: Controller) -> None:
        """Take a controller away for good."""
        self._disconnect(controller)
        self.remove_controller(controller)

    def _give_up(self, lost: Controller) -> None:
        if lost in self._silent:  # it did not come back in time
            self._disconnect(lost)

    def _disconnect(self, lost: Controller) -> None:
        for mine in list(lost.le_connections.values()):
            self._end(lost, mine)
            for other in self.controllers - {lost}:
                for theirs in list(other.le_connections.values()):
                    if theirs.peer_address == mine.self_address:
                        self._end(other, theirs)

    @staticmethod
    def _end(controller: Controller, connection: Connection) -> None:
        if connection.peer_address in controller.le_connections:
            controller.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
