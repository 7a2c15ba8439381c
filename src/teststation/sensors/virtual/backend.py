"""A backend of bleak whose radio is Bumble's host stack, for a program that has no other."""

# ruff: noqa: ARG002 - the signatures are bleak's

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bumble.att import ATT_Error
from bumble.core import UUID, AdvertisingData, BaseBumbleError, InvalidStateError
from bumble.core import TimeoutError as BumbleTimeout
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.gatt import Characteristic
from bumble.gatt_client import CharacteristicProxy
from bumble.hci import Address, HCI_Error

from teststation.sensors.radio import Radio

Answer = TypeVar("Answer")

MTU = 247
"""What most hosts agree to: it fits one packet of the longest length on the air."""

_UNKNOWN_RSSI_DBM = -50
_PROPERTIES: dict[Characteristic.Properties, CharacteristicPropertyName] = {
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
}
_NAMES = (AdvertisingData.Type.COMPLETE_LOCAL_NAME, AdvertisingData.Type.SHORTENED_LOCAL_NAME)
_SERVICES = (
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


def bumble_radio(host: Callable[[], Awaitable[Device]], mtu: int = MTU) -> Radio:
    """Make a radio of Bumble's host stack.

    bleak takes a backend as a class, so what a backend needs is bound to classes made here.

    Parameters
    ----------
    host : gives the adapter's device, powered on, in the loop that asks
    mtu : the longest packet that the host agrees to
    """
    bound = {"host": staticmethod(host), "mtu": mtu}
    return Radio({"backend": type("Scanner", (_Scanner,), bound)}, {"backend": type("Client", (_Client,), bound)})


class _Scanner(BaseBleakScanner):
    host: Callable[[], Awaitable[Device]]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str = "active",
        **_: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._device: Device | None = None

    async def start(self) -> None:
        self.seen_devices = {}
        self._device = await self.host()
        self._device.on(Device.EVENT_ADVERTISEMENT, self._hear)
        await self._device.start_scanning(active=True, filter_duplicates=False)

    async def stop(self) -> None:
        if self._device is not None:
            device, self._device = self._device, None
            device.remove_listener(Device.EVENT_ADVERTISEMENT, self._hear)
            await device.stop_scanning()

    def _hear(self, heard: Advertisement) -> None:
        said = heard.data
        names = [cast("str", name) for kind in _NAMES for name in said.get_all(kind)]
        groups = [cast("list[UUID]", group) for kind in _SERVICES for group in said.get_all(kind)]
        services = [_text(service) for group in groups for service in group]
        data = AdvertisementData(
            local_name=names[0] if names else None,
            manufacturer_data={
                company: bytes(value)
                for company, value in said.get_all(AdvertisingData.Type.MANUFACTURER_SPECIFIC_DATA)
            },
            service_data={},
            service_uuids=services,
            tx_power=None,
            rssi=_UNKNOWN_RSSI_DBM if heard.rssi == Advertisement.RSSI_NOT_AVAILABLE else heard.rssi,
            platform_data=(heard,),
        )
        address = heard.address.to_string(with_type_qualifier=False)
        device = self.create_or_update_device(address, address, data.local_name, heard.address, data)
        if self.is_allowed_uuid(services):
            self.call_detection_callbacks(device, data)


class _Client(BaseBleakClient):
    host: Callable[[], Awaitable[Device]]
    mtu: int

    def __init__(self, address_or_ble_device: BLEDevice | str, **kwargs: Any) -> None:
        super().__init__(address_or_ble_device, **kwargs)
        if isinstance(address_or_ble_device, BLEDevice):
            self._target: Address = address_or_ble_device.details
        else:
            self._target = Address(address_or_ble_device)
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._forwards: dict[int, Callable[[bytes], None]] = {}

    @property
    def mtu_size(self) -> int:
        return 23 if self._peer is None else self._peer.gatt_client.mtu

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        device = await self.host()
        # Bumble's own timeout also takes the attempt back from the controller.
        making = asyncio.ensure_future(device.connect_le(self._target, timeout=self._timeout))
        try:
            connection = await asyncio.shield(making)
        except BumbleTimeout:
            raise TimeoutError(f"no connection to {self.address}") from None
        except (InvalidStateError, HCI_Error) as error:
            raise BleakError(str(error)) from error
        except asyncio.CancelledError:
            with contextlib.suppress(BaseBumbleError, HCI_Error):
                await device.cancel_connection()  # type: ignore[no-untyped-call]
            with contextlib.suppress(BaseBumbleError, HCI_Error):
                await (await making).disconnect()
            raise
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self._disconnected)
        self._peer = Peer(connection)
        await self._said(self._peer.request_mtu(self.mtu))
        self.services = await self._said(self._discover(self._peer))

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in await peer.discover_services():
            ours = BleakGATTService(service, service.handle, _text(service.uuid))
            found.add_service(ours)
            for proxy in await service.discover_characteristics():
                properties = [name for flag, name in _PROPERTIES.items() if proxy.properties & flag]
                characteristic = BleakGATTCharacteristic(
                    proxy, proxy.handle, _text(proxy.uuid), properties, lambda: self.mtu_size - 3, ours
                )
                found.add_characteristic(characteristic)
                for descriptor in await proxy.discover_descriptors():
                    found.add_descriptor(
                        BleakGATTDescriptor(descriptor, descriptor.handle, _text(descriptor.type), characteristic)
                    )
        return found

    async def _said(self, asked: Awaitable[Answer]) -> Answer:
        """Wait for an answer; a link that ends meanwhile is bleak's error, not a cancellation."""
        try:
            return await asked
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise BleakError("disconnected") from None  # Bumble cancels what was asked of a link that ends
        except (BaseBumbleError, ATT_Error) as error:
            raise BleakError(str(error)) from error

    def _disconnected(self, _reason: int) -> None:
        self._connection = self._peer = None
        self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection is not None:
            await self._said(self._connection.disconnect())

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        raise BleakError("a virtual sensor is used without pairing")

    async def unpair(self) -> None:
        raise BleakError("a virtual sensor is never paired")

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **kwargs: Any) -> bytearray:
        return bytearray(await self._said(_proxy(characteristic).read_value()))

    async def read_gatt_descriptor(self, descriptor: BleakGATTDescriptor, **kwargs: Any) -> bytearray:
        return bytearray(await self._said(descriptor.obj.read_value()))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,
    ) -> None:
        await self._said(_proxy(characteristic).write_value(bytes(data), with_response=response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        await self._said(descriptor.obj.write_value(bytes(data), with_response=True))

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: Callable[[bytearray], None],
        **kwargs: Any,
    ) -> None:
        def forward(value: bytes) -> None:
            callback(bytearray(value))

        self._forwards[characteristic.handle] = forward
        await self._said(_proxy(characteristic).subscribe(forward))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        forward = self._forwards.pop(characteristic.handle, None)
        await self._said(_proxy(characteristic).unsubscribe(forward))


def _proxy(characteristic: BleakGATTCharacteristic) -> CharacteristicProxy[bytes]:
    return cast("CharacteristicProxy[bytes]", characteristic.obj)


def _text(value: UUID) -> str:
    return str(uuid.UUID(bytes=value.to_bytes(force_128=True)[::-1]))
