"""The way through a scene, or through a recording of one's own choice: one test, then back to where it was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from teststation.model import Client, Outcome
from teststation.tui.agreement import Agreement
from teststation.tui.bench import Run
from teststation.tui.demo import DemoBench, Tape
from teststation.tui.flow import Flow
from teststation.tui.screens.trial import TrialPage
from teststation.tui.visit import Attempt, VisitProgress

if TYPE_CHECKING:
    from teststation.tui.app import StationApp


class TourFlow(Flow):
    """A visit of one test with as many attempts as there are tapes.

    Parameters
    ----------
    bench : plays the tapes
    after : shows where to go on after the test
    seen : factors that were seen, as texts
    ends_as : how the therapist ends the attempt instead of the protocol
    """

    def __init__(
        self,
        station: StationApp,
        bench: DemoBench,
        played: Sequence[Tape],
        client: Client,
        age: int,
        *,
        after: Callable[[], None],
        seen: tuple[str, ...] = (),
        ends_as: Outcome | None = None,
    ) -> None:
        bench.load(played)
        visit = bench.visits.begin(client, age, Agreement())
        station.person = client.code
        super().__init__(
            station,
            VisitProgress(
                visit, client, bench.options, (played[0].test,), practice=False, trials=len(played), seen=seen
            ),
        )
        self._after = after
        self._ends_as = ends_as

    def open(self) -> None:
        """Leave the scene."""
        self._leave_run()
        self.station.person = ""
        self._after()

    def play(self) -> None:
        """Arm at once: who watches the tour need not read the guide."""
        attempt = self.progress.next_attempt(self.progress.tests[0])
        assert attempt is not None
        self.start_trial(self._begin(attempt), attempt)

    def show_trial(self, run: Run, attempt: Attempt) -> None:
        """Show a run that is armed or further."""
        self.station.open_page(TrialPage(self, run, attempt, ends_as=self._ends_as))
