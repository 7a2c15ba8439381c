"""“Hoort u dit?” A tone is only a cue for who hears it; a loudspeaker cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from teststation.tui.keys import Act, Offer, Press
from teststation.tui.screens.page import Page, line
from teststation.tui.sound import CUE


class SoundPage(Page):
    """Plays the tone of the cue and asks the client; without an answer nobody heard it."""

    def __init__(self, answered: Callable[[bool], None]) -> None:
        super().__init__()
        self._answered = answered

    def title_text(self) -> str:
        """Name the page."""
        return self.tr("Geluid")

    def offers(self) -> tuple[Offer, ...]:
        """Offer both answers, and the tone once more."""
        return (
            Offer(Act.YES, self.tr("ja, gehoord")),
            Offer(Act.NO, self.tr("nee: zonder toon")),
            Offer(Act.GO, self.tr("nog eens")),
            Offer(Act.BACK, hidden=True),
        )

    def body(self) -> Iterable[Widget]:
        """Lay out the question above what an answer leads to."""
        yield line("question", "loud block")
        yield line("otherwise", "block")

    def show(self) -> None:
        """Ask."""
        self.put("question", self.tr("Er klinkt een toon. Vraag de cliënt: „Hoort u dit?”"))
        self.put(
            "otherwise",
            self.tr("Niet gehoord, of geen antwoord? Dan licht het hele scherm op bij de start, en u telt hardop af."),
        )

    def on_mount(self) -> None:
        """Let it be heard."""
        super().on_mount()
        self.station.sound.play(CUE)

    def act(self, press: Press) -> None:
        """Play it again, or take the answer."""
        if press.act is Act.GO:
            self.station.sound.play(CUE)
        else:
            self.dismiss()
            self._answered(press.act is Act.YES)
