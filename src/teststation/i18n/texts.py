"""What comes from below the edge as a code: the code is a contract, its Dutch text here is not.

`make catalogue` gathers both tables.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    # refused input
    "unreadable": "{file}: kan niet worden gelezen ({detail}).",
}

TERMS: dict[str, str] = {
    # events
    "movement_onset": "eerste beweging",
    "stand_onset": "begin van het opstaan",
    "seat_off": "los van de zitting",
    "standing": "staat",
    "turn_1_start": "begin van de eerste draai",
    "turn_1_end": "einde van de eerste draai",
    "turn_2_start": "begin van de tweede draai",
    "turn_2_end": "einde van de tweede draai",
    "turn_start": "begin van de draai",
    "turn_end": "einde van de draai",
    "sit_onset": "begin van het gaan zitten",
    "seat_on": "op de zitting",
    "seated": "zit",
    "gait_start": "eerste voet los",
    "initial_contact": "voetcontact",
    "gait_end": "laatste voetcontact",
}
