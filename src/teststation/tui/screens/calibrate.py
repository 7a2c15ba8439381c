"""The calibration of the sensor: one thing to do at a time, and what was measured beneath it.

Nothing but the keys of the key check is asked of the hands: lying still, each position and the rise are seen by the
samples. Opened outside of a run only.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.i18n import N_
from teststation.station import Link, Progress, Step
from teststation.tui.bench import CalibrationRun
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.screens.sensor_words import look_lines

POLL_S = 0.1

_NAMES = {
    Step.REST: N_("stil liggen"),
    Step.POSITIONS: N_("zes standen"),
    Step.AXES: N_("zitten en staan"),
    Step.KEYS: N_("spatiebalk"),
}
_DO = {
    Step.REST: N_("Leg de sensor op een tafel die niet trilt, en raak hem niet aan."),
    Step.POSITIONS: N_(
        "Leg of zet de sensor na elkaar op elk van zijn zes kanten, steeds drie tellen stil. "
        "Een kant die niet vlak is mag tegen een boek leunen."
    ),
    Step.AXES: N_("Draag de sensor zoals bij een test. Zit drie tellen stil, sta op, en sta drie tellen stil."),
    Step.KEYS: N_(
        "Neem de sensor in de hand en druk er drie keer de spatiebalk mee in: kort en stevig, met rust ertussen."
    ),
}
_WHY = {
    Step.REST: N_("Zwaartekracht, nulpunt, ruis en tempo. Nodig voor een nieuwe sensor, en daarna elke maand."),
    Step.POSITIONS: N_("Verrekent wat de versnellingsmeter ernaast zit. Nodig als de zwaartekracht niet klopt."),
    Step.AXES: N_("Kijkt of beide meters dezelfde richtingen bedoelen. Nodig voor een nieuw model."),
    Step.KEYS: N_("Meet hoe laat een toets bij dit toetsenbord komt; dat telt mee in wat een toets meet."),
}
_KEPT = N_("Klaar. Wat gemeten is (●), is bewaard bij het serienummer van de sensor.")
_NOTHING = N_("Er is niets gemeten; wat van de sensor bekend was, blijft gelden.")


class CalibratePage(Page):
    """Follows the steps; a step that is not needed is passed over.

    Parameters
    ----------
    alone : the program was started for this page, and ends with it
    """

    def __init__(self, *, alone: bool = False) -> None:
        super().__init__()
        self._alone = alone
        self._run: CalibrationRun | None = None
        self._progress = Progress()

    @property
    def occupied(self) -> bool:
        """Whether a step takes in samples."""
        progress = self._progress
        return progress.step is not None and not progress.done and progress.link is Link.STREAMING

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Sensor ijken")

    def offers(self) -> tuple[Offer, ...]:
        """Offer what the step allows."""
        progress = self._progress
        if progress.step is None:
            return (Offer(Act.GO), Offer(Act.BACK, hidden=True))
        label = self.tr("verder") if progress.done else self.tr("overslaan")
        go: tuple[Offer, ...] = (Offer(Act.GO, label),)
        if progress.step is Step.KEYS and not progress.done:
            go = (Offer(Act.GO, self.tr("druk met de sensor")), Offer(Act.SKIP))
        again = (Offer(Act.REPEAT, self.tr("opnieuw")),) if progress.done or progress.count else ()
        return (*go, *again, Offer(Act.BACK, self.tr("stoppen")))

    def body(self) -> Iterable[Widget]:
        """Lay out the steps above what is to be done."""
        yield line("sensor-lines", "block")
        yield line("calibration-steps", "quiet block")
        yield line("do", "loud")
        yield line("why", "quiet block")
        yield line("how-far", "block")
        yield line("said", "block")
        yield line("wrong", "note")

    def on_mount(self) -> None:
        """Look at the sensor, at once and now and then."""
        super().on_mount()
        self.set_interval(POLL_S, self._poll)
        self.call_after_refresh(self._poll)

    def on_unmount(self) -> None:
        """Leave the sensor to others."""
        if self._run is not None:
            run = self._run
            self.app.run_worker(run.close, thread=True, exit_on_error=False)

    def _poll(self) -> None:
        if self._run is None:
            self._run = self.station.bench.begin_calibration() if self.station.bench.link is not None else None
            if self._run is not None:
                self._run.connect()
        before, self._progress = self._progress, self._run.snapshot() if self._run is not None else Progress()
        if self.is_current:
            self.show()
            if (before.step, before.done, before.count) != (
                self._progress.step,
                self._progress.done,
                self._progress.count,
            ):
                self.show_bars()

    def show(self) -> None:
        """Write the step."""
        tr, progress, link = self.tr, self._progress, self.station.bench.link
        lines = [] if link is None else look_lines(self.station.tr, link.look())[:1]
        self.put("sensor-lines", "\n".join(lines) or f"… {tr('sensor')}   {tr('wordt gezocht: zet hem aan')}")
        self.put("calibration-steps", "   ".join(self._steps()))
        if progress.step is None:
            self.put("do", tr(_KEPT if progress.measured else _NOTHING))
            for place in ("why", "how-far", "said", "wrong"):
                self.put(place, "")
            return
        self.put("do", tr(_DO[progress.step]))
        self.put("why", tr(_WHY[progress.step]))
        self.put("how-far", self._how_far())
        verdict = tr("gemeten") if progress.wrong else tr("in orde")
        self.put("said", "\n".join(f"● {verdict}   {self.station.tr.reason(said)}" for said in progress.said))
        self.put("wrong", "\n".join(f"▲ {self.station.tr.reason(wrong)}" for wrong in progress.wrong))

    def _steps(self) -> list[str]:
        now, measured = self._progress.step, self._progress.measured
        marks = ["►" if step is now else "●" if step in measured else "·" for step in Step]
        return [
            f"{mark} {i} {self.tr(_NAMES[step])}" for i, (mark, step) in enumerate(zip(marks, Step, strict=True), 1)
        ]

    def _how_far(self) -> str:
        tr, progress = self.tr, self._progress
        if progress.link not in (Link.STREAMING, Link.SILENT):
            return f"… {tr('wacht op de sensor')}"
        if progress.done:
            return ""
        match progress.step:
            case Step.POSITIONS:
                return f"… {tr('stand {count} van {of}', count=progress.count, of=progress.of)}"
            case Step.KEYS:
                return f"… {tr('toets {count} van {of}', count=progress.count, of=progress.of)}"
            case _:
                return f"… {tr('wordt gemeten zodra hij stil is')}"

    def act(self, press: Press) -> None:
        """Take a key of the key check, go on, do a step again, or leave."""
        run, progress = self._run, self._progress
        leaves = press.act is Act.BACK or (press.act is Act.GO and progress.step is None)
        if leaves:
            self._leave()
        elif run is None:
            return
        elif press.act is Act.REPEAT:
            run.again()
        elif press.act is Act.GO and progress.step is Step.KEYS and not progress.done:
            run.key(press.at_s)
        elif press.act in (Act.GO, Act.SKIP):
            run.onward()
        self._poll()

    def _leave(self) -> None:
        if self._alone:
            self.station.exit()
        else:
            self.dismiss()
