import numpy as np
import pytest

from teststation.model import Placement
from teststation.sensors.synthetic import ADULT, FAST, ROLLATOR, SLOW, Imu, Person, get_up_and_go

PEOPLE = [FAST, ADULT, SLOW, ROLLATOR]


@pytest.mark.parametrize("placement", [Placement.LOWER_BACK, Placement.THIGH])
@pytest.mark.parametrize("person", PEOPLE)
def test_somebody_at_rest_feels_gravity_alone(person: Person, placement: Placement) -> None:
    recording = get_up_and_go(person, Imu(placement=placement)).recording
    resting = recording.time_s < 2.5
    assert np.linalg.norm(recording.acceleration[resting], axis=1).mean() == pytest.approx(9.80665, abs=0.02)
