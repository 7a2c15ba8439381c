"""Where simulation begins: the scenes of the tour, and after them every recording to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from teststation.reports.wording import NOTICE
from teststation.tui.demo import DemoBench, Tape, tapes
from teststation.tui.keys import Act, Offer, Press
from teststation.tui.scenes import AGE, FREE, SCENES
from teststation.tui.screens.page import Page, line


class TourPage(Page):
    """Says what the next scene shows; one key onwards."""

    def __init__(self, number: int = 0) -> None:
        super().__init__()
        self._number = number

    def title_text(self) -> str:
        """Say how far the tour is."""
        return self.tr("Rondleiding {number} van {of}", number=self._number + 1, of=len(SCENES))

    def offers(self) -> tuple[Offer, ...]:
        """Offer the scene, the other recordings, the way out."""
        return (
            Offer(Act.GO, self.tr("laat zien")),
            *((Offer(Act.BACK),) if self._number else ()),
            Offer(Act.RECORDINGS),
            Offer(Act.QUIT),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the scene under what this is."""
        yield line("welcome", "quiet block")
        yield line("scene", "loud block")
        yield line("story", "block")
        yield line("ready", "note")
        yield line("notice", "quiet")

    def show(self) -> None:
        """Write the scene."""
        tr, scene = self.tr, SCENES[self._number]
        self.put(
            "welcome",
            tr("Simulatie met berekende signalen: niemand is gemeten, en niets blijft bewaard.")
            if not self._number
            else "",
        )
        self.query_one("#welcome").display = not self._number
        self.put("scene", tr(scene.title))
        self.put("story", tr(scene.story))
        waiting = self.station.failure or tr("Wordt klaargezet …")
        self.put("ready", "" if self.station.ready else waiting)
        self.put("notice", tr(NOTICE))

    def act(self, press: Press) -> None:
        """Play the scene, go back one, or choose freely."""
        match press.act:
            case Act.GO if self.station.ready:
                self._play()
            case Act.BACK:
                self.station.open_page(TourPage(self._number - 1))
            case Act.RECORDINGS:
                self.station.open_page(RecordingsPage())
            case Act.QUIT:
                self.station.exit()

    def _play(self) -> None:
        from teststation.tui.tour_flow import TourFlow  # noqa: PLC0415 - the station is loaded after the first page

        scene, station = SCENES[self._number], self.station
        known = tapes()
        following = self._number + 1

        def after() -> None:
            station.open_page(TourPage(following) if following < len(SCENES) else RecordingsPage())

        TourFlow(
            station,
            bench_of(station.bench),
            [known[name] for name in scene.tapes],
            scene.client,
            AGE,
            after=after,
            seen=scene.seen,
            ends_as=scene.ends_as,
        ).play()


class RecordingsPage(Page):
    """Every recording that comes with the program, by what it is."""

    def __init__(self, chosen: int = 0) -> None:
        super().__init__()
        self._tapes: list[Tape] = sorted(tapes().values(), key=lambda tape: (tape.test, tape.name))
        self._chosen = chosen

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Zelf kiezen")

    def offers(self) -> tuple[Offer, ...]:
        """Offer to play, to choose, the tour again, the way out."""
        return (
            Offer(Act.GO, self.tr("speel af")),
            Offer(Act.UP),
            Offer(Act.DOWN, hidden=True),
            Offer(Act.BACK, self.tr("rondleiding")),
            Offer(Act.QUIT),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the list."""
        yield line("question", "loud block")
        yield line("tapes", "block")
        yield line("ready", "note")

    def show(self) -> None:
        """Write the list."""
        self.put("question", self.tr("Welke opname?"))
        language = self.station.tr.language
        titles = (tape.title.get(language) or tape.name for tape in self._tapes)
        self.put("tapes", "\n".join(f"{'►' if i == self._chosen else ' '} {title}" for i, title in enumerate(titles)))
        self.put("ready", "" if self.station.ready else self.station.failure or self.tr("Wordt klaargezet …"))

    def act(self, press: Press) -> None:
        """Choose, play, or leave."""
        match press.act:
            case Act.UP | Act.DOWN:
                step = -1 if press.act is Act.UP else 1
                self._chosen = (self._chosen + step) % len(self._tapes)
                self.show()
            case Act.GO if self.station.ready:
                self._play()
            case Act.BACK:
                self.station.open_page(TourPage())
            case Act.QUIT:
                self.station.exit()

    def _play(self) -> None:
        from teststation.tui.tour_flow import TourFlow  # noqa: PLC0415 - the station is loaded after the first page

        station, chosen = self.station, self._chosen
        tape = self._tapes[chosen]
        flow = TourFlow(
            station,
            bench_of(station.bench),
            [tape],
            FREE,
            AGE,
            after=lambda: station.open_page(RecordingsPage(chosen)),
        )
        flow.begin_test(tape.test)


def bench_of(bench: object) -> DemoBench:
    """Give the bench as the one that plays tapes: no other opens these pages."""
    assert isinstance(bench, DemoBench)
    return bench
