"""What the therapist is told per test: how to prepare it, what to read aloud, which key when, how many attempts."""

from __future__ import annotations

import msgspec

from teststation.i18n import N_
from teststation.model import TestName
from teststation.reports.wording import TITLES
from teststation.tests.base import Options

ORDER = (TestName.GAIT, TestName.GUG, TestName.TCS)
"""Gait before rising before strength: the least tiring first (PRACTICE 7)."""


class Protocol(msgspec.Struct, frozen=True, kw_only=True):
    """One test on the screen. Fields in braces are filled with `fields`.

    Parameters
    ----------
    title : name of the test
    prepare : what the therapist does first
    read_aloud : what the client hears
    key : what the one key does, and when
    position : how the client is before the cue
    trials : timed attempts that make the result
    practice : whether an attempt that does not count goes first
    """

    title: str
    prepare: tuple[str, ...]
    read_aloud: str
    key: str
    position: str
    trials: int
    practice: bool = False


PROTOCOLS: dict[TestName, Protocol] = {
    TestName.GAIT: Protocol(
        title=TITLES[TestName.GAIT],
        prepare=(
            N_("Strepen op 0, {course_m} en 6 m (touw met knopen of tape), vrije ruimte erna."),
            N_("Gewone schoenen, eigen loophulpmiddel."),
            N_("Loop schuin achter de cliënt mee, binnen armbereik."),
        ),
        read_aloud=N_(
            "Ga met uw tenen achter de eerste streep staan. Als ik ‘ja’ zeg, loopt u in uw gewone tempo "
            "tot voorbij de laatste streep. Daar blijft u stilstaan."
        ),
        key=N_("Toets bij ‘ja’, en weer als de eerste voet over de streep van {course_m} m is."),
        position=N_("cliënt staat stil achter de eerste streep"),
        trials=2,
    ),
    TestName.GUG: Protocol(
        title=TITLES[TestName.GUG],
        prepare=(
            N_("Stoel met leuningen tegen de muur, streep op 3 meter, de weg vrij."),
            N_("Rug tegen de leuning, gewone schoenen, eigen loophulpmiddel klaar."),
            N_("Blijf de hele test binnen armbereik: de toets mag wachten, de cliënt niet."),
        ),
        read_aloud=N_(
            "Als ik ‘ja’ zeg, staat u op en loopt u in uw gewone tempo naar de streep. Daar draait u om. "
            "U loopt terug en gaat weer zitten, met uw rug tegen de leuning."
        ),
        key=N_("Toets bij ‘ja’. De sensor stopt de tijd als de cliënt weer zit; de toets mag ook."),
        position=N_("cliënt zit stil, rug tegen de leuning"),
        trials=2,
        practice=True,
    ),
    TestName.TCS: Protocol(
        title=TITLES[TestName.TCS],
        prepare=(
            N_("Stevige stoel zonder wielen tegen de muur, voeten plat op de grond."),
            N_("Eerst één keer opstaan met gekruiste armen. Lukt dat niet zonder handen: F, lukt niet."),
            N_("Gebruikt de cliënt tijdens de test de handen: stop."),
        ),
        read_aloud=N_(
            "Kruis uw armen voor uw borst. Als ik ‘ja’ zeg, staat u {stands} keer helemaal op en gaat u telkens "
            "weer helemaal zitten, zo snel als u kunt. Praat intussen niet."
        ),
        key=N_("Toets bij ‘ja’. De tijd stopt als de cliënt na de {stands}e keer zit."),
        position=N_("cliënt zit stil, armen gekruist"),
        trials=1,
    ),
}

TALKING = msgspec.structs.replace(
    PROTOCOLS[TestName.GAIT],
    title=N_("Lopen en praten"),
    prepare=(
        N_("Dezelfde strepen, gewone schoenen, eigen loophulpmiddel."),
        N_("Loop naast de cliënt mee, binnen armbereik."),
        N_("Vraag onderweg ‘wat deed u gisteren?’ en zie of de cliënt stilstaat."),
    ),
    read_aloud=N_(
        "Als ik ‘ja’ zeg, loopt u zoals u altijd loopt tot voorbij de laatste streep. "
        "Ik loop met u mee en we praten wat."
    ),
    key=N_("Toets bij ‘ja’, en weer bij de streep van {course_m} m. De tijd telt niet mee."),
)
"""The walk of the fourth prognostic factor: for what the sensor sees of it beside the therapist."""

_BY_TIME = msgspec.structs.replace(
    PROTOCOLS[TestName.TCS],
    read_aloud=N_(
        "Kruis uw armen voor uw borst. Als ik ‘ja’ zeg, staat u {seconds} seconden lang zo vaak als u kunt helemaal "
        "op en gaat u telkens weer helemaal zitten. Praat intussen niet."
    ),
    key=N_("Toets bij ‘ja’. De tijd stopt na {seconds} seconden; meer dan half op telt mee."),
)


_AS_ALWAYS = {
    TestName.GAIT: N_(
        "Ga met uw tenen achter de eerste streep staan. Als ik ‘ja’ zeg, loopt u zoals u altijd loopt "
        "tot voorbij de laatste streep. Daar blijft u stilstaan."
    ),
    TestName.GUG: N_(
        "Als ik ‘ja’ zeg, staat u op en loopt u zoals u altijd loopt naar de streep. Daar draait u om. "
        "U loopt terug en gaat weer zitten, met uw rug tegen de leuning."
    ),
}
"""The usual pace in other words, for who takes ‘tempo’ for a request to hurry."""


def protocol_of(test: TestName, options: Options, pace: str = "usual", *, talking: bool = False) -> Protocol:
    """Give the protocol of a test in the form that the options ask for, in the words chosen for the pace."""
    if talking:
        return TALKING
    if test is TestName.TCS and options.seconds is not None:
        return _BY_TIME
    protocol = PROTOCOLS[test]
    if pace == "as_always" and test in _AS_ALWAYS:
        return msgspec.structs.replace(protocol, read_aloud=_AS_ALWAYS[test])
    return protocol


FIRST_READ_ALOUD = N_("Zeg het gerust als u wilt stoppen.")


def fields(options: Options) -> dict[str, object]:
    """Give what fills the braces of a protocol's texts."""
    return {"course_m": options.course_m, "stands": options.stands, "seconds": options.seconds}
