"""The scenes of the demo's first two minutes (PRACTICE, last section): who, which recordings, what to look at."""

from __future__ import annotations

import msgspec

from teststation.i18n import N_
from teststation.model import Client, Outcome, Sex

AGE = 84


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One scene of the tour.

    Parameters
    ----------
    title, story : what is to be seen
    tapes : names of the recordings, one for each attempt
    seen : factors that the therapist saw, as texts
    ends_as : how the therapist ends the attempt instead of the protocol
    """

    title: str
    story: str
    client: Client
    tapes: tuple[str, ...]
    seen: tuple[str, ...] = ()
    ends_as: Outcome | None = None


_WITH_ROLLATOR = Client(
    code="DEMO-1", birth_year=1941, sex=Sex.FEMALE, height_cm=163.5, height_measured=True, walking_aid="rollator"
)
_WITHOUT_AID = Client(
    code="DEMO-2", birth_year=1941, sex=Sex.MALE, height_cm=175.0, height_measured=True, walking_aid="none"
)

FREE = _WITHOUT_AID
"""Whom a recording of one's own choice is played for."""

SCENES: tuple[Scene, ...] = (
    Scene(
        title=N_("Trager dan de grens, met rollator"),
        story=N_(
            "Een Get-Up-and-Go van 22,4 s, met twee factoren die u zag. U bent de therapeut: spatie is uw ‘ja’, de "
            "sensor stopt de tijd. Daarna: de vlag, waarom, en van wie de grens is."
        ),
        client=_WITH_ROLLATOR,
        tapes=("gug_rollator",),
        seen=(N_("korte stappen"), N_("draait niet vloeiend tijdens het lopen")),
    ),
    Scene(
        title=N_("Nipt: aan beide kanten van de grens"),
        story=N_(
            "Twee pogingen, 19,9 en 20,3 s. Een meting is nooit op een tiende zeker: het station zegt ‘nipt’, raadt "
            "aan nog eens te meten en stelt intussen niet gerust."
        ),
        client=_WITHOUT_AID,
        tapes=("gug_19_9", "gug_20_3"),
    ),
    Scene(
        title=N_("De sensor valt weg"),
        story=N_(
            "Onderweg raakt de sensor weg. De tijd loopt door met de hand: druk op spatie als de cliënt zit, na "
            "ongeveer 21 seconden. De tijd en de halve opname blijven bewaard."
        ),
        client=_WITH_ROLLATOR,
        tapes=("gug_sensor_lost",),
    ),
    Scene(
        title=N_("Kan niet opstaan"),
        story=N_(
            "Twee pogingen om op te staan; het lukt niet. Spatie doet hier wat u anders met F doet. Niet kunnen is een "
            "bevinding, geen ontbrekende meting."
        ),
        client=_WITHOUT_AID,
        tapes=("gug_cannot_rise",),
        ends_as=Outcome.UNABLE,
    ),
)
