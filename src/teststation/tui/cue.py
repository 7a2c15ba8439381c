"""How a trial is begun: by the go key itself or so long after it, by the therapist's word or with a tone as well."""

from __future__ import annotations

import math

import msgspec

DELAYS_S = (0, 3, 10, 20)
"""Time to put the laptop down and be at arm's length of the client (PRACTICE 9)."""
BEEPS_FROM_S = 3
FLASH_S = 0.5


class Cue(msgspec.Struct, frozen=True):
    """How the next trial is begun.

    Parameters
    ----------
    delay_s : from the go key to the cue
    tone : a tone is wanted
    heard : what the client said of the tone; None was not asked yet
    """

    delay_s: int = 0
    tone: bool = False
    heard: bool | None = None

    @property
    def sounds(self) -> bool:
        """Tell whether a tone is any use: a loudspeaker that nobody hears is none."""
        return self.tone and self.heard is True

    @property
    def has_to_be_asked(self) -> bool:
        """Tell whether a tone is wanted of which nobody knows whether it is heard."""
        return self.tone and self.heard is None

    def delayed_otherwise(self) -> Cue:
        """Take the next delay, and after the longest none."""
        longer = [delay for delay in DELAYS_S if delay > self.delay_s]
        return msgspec.structs.replace(self, delay_s=longer[0] if longer else 0)


class Countdown(msgspec.Struct, frozen=True):
    """The time until a cue, on the station's clock."""

    cue_at_s: float

    def left(self, now_s: float) -> int:
        """Give the whole seconds that are left, as one counts aloud: nought is the cue."""
        return max(0, math.ceil(self.cue_at_s - now_s))
