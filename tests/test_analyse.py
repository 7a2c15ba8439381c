"""From an analysis to a report: which test, what is judged, and the line that CONTRACTS promises."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import msgspec
import pytest

from recordings import rocking
from teststation import __version__
from teststation.analyse import Report, analyse, to_json
from teststation.guideline import load_rules
from teststation.i18n import Translator
from teststation.model import (
    Analysis,
    Event,
    Measure,
    Placement,
    Quality,
    Reason,
    Recording,
    Status,
    TestName,
    Verdict,
)
from teststation.sensors import synthetic
from teststation.tests import catalogue
from teststation.tests.base import Options

EN = Translator("en")


def seconds(name: str, value: float, width: float = 0.1, unit: str = "s") -> Measure:
    return Measure(name=name, value=value, unit=unit, interval=(value - width, value + width))


def found(test: TestName, *measures: Measure, status: Status = Status.COMPLETE) -> Analysis:
    return Analysis(
        test=test, placement=Placement.THIGH, status=status, quality=Quality(sampling_rate_hz=100.0), measures=measures
    )


class Clinical:
    """Stands in for a module of `teststation.tests`: knows its answer, and keeps what it was asked."""

    def __init__(self, answers: Mapping[TestName, Analysis]) -> None:
        self._answers = answers
        self.asked: list[tuple[TestName, Options]] = []

    def load(self, name: TestName) -> Clinical:
        self._name = name
        return self

    def analyse(self, recording: Recording, options: Options) -> Analysis:
        self.asked.append((self._name, options))
        return self._answers[self._name]


@pytest.fixture
def clinical(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Clinical]:
    def install(*answers: Analysis) -> Clinical:
        by_name = {name: found(name, status=Status.UNUSABLE) for name in TestName}
        by_name |= {answer.test: answer for answer in answers if answer.test is not None}
        fake = Clinical(by_name)
        monkeypatch.setattr(catalogue, "clinical_test", fake.load)
        return fake

    return install


def test_a_get_up_and_go_is_judged_by_the_guideline(clinical: Callable[..., Clinical]) -> None:
    clinical(found(TestName.GUG, seconds("duration", 20.4)))
    report = analyse(rocking(), TestName.GUG)
    (finding,) = report.findings
    assert (finding.rule, finding.measure, finding.verdict, finding.close) == (
        "gug-kngf-20",
        "duration",
        Verdict.MET,
        False,
    )


def test_the_time_from_the_cue_is_judged_before_the_time_from_the_first_movement(
    clinical: Callable[..., Clinical],
) -> None:
    clinical(found(TestName.GUG, seconds("duration", 19.2), seconds("duration_from_cue", 20.05)))
    (finding,) = analyse(rocking(), TestName.GUG).findings
    assert (finding.measure, finding.verdict, finding.close) == ("duration_from_cue", Verdict.MET, True)


def test_an_incomplete_test_is_judged_by_what_there_is(clinical: Callable[..., Clinical]) -> None:
    clinical(found(TestName.GUG, status=Status.INCOMPLETE))
    (finding,) = analyse(rocking(), TestName.GUG).findings
    assert (finding.verdict, finding.measure) == (Verdict.UNKNOWN, None)
    bound = msgspec.structs.replace(seconds("duration", 34.0, 0.0), at_least=True)
    clinical(found(TestName.GUG, bound, status=Status.INCOMPLETE))
    (finding,) = analyse(rocking(), TestName.GUG).findings
    assert finding.verdict is Verdict.MET


def test_other_sources_are_asked_only_on_request(clinical: Callable[..., Clinical]) -> None:
    clinical(found(TestName.GUG, seconds("duration", 14.0)))
    rules = {finding.rule: finding.verdict for finding in analyse(rocking(), TestName.GUG, context=True).findings}
    assert rules["gug-kngf-20"] is Verdict.NOT_MET
    assert rules["gug-cdc-12"] is Verdict.MET
    assert [finding.rule for finding in analyse(rocking(), TestName.GUG).findings] == ["gug-kngf-20"]


def test_postures_are_not_judged(clinical: Callable[..., Clinical]) -> None:
    clinical(found(TestName.POSTURES))
    assert analyse(rocking(), TestName.POSTURES).findings == ()


@pytest.mark.parametrize(("asked", "used"), [(None, Placement.LOWER_BACK), (Placement.CHEST, Placement.CHEST)])
def test_a_placement_that_was_asked_for_goes_before_the_recordings_own(
    clinical: Callable[..., Clinical], asked: Placement | None, used: Placement
) -> None:
    fake = clinical()
    analyse(rocking(), TestName.GUG, Options(placement=asked))
    analyse(msgspec.structs.replace(rocking(), placement=None), TestName.GUG)
    assert [options.placement for _, options in fake.asked] == [used, None]


GUG = found(TestName.GUG, seconds("duration", 10.0))
STANDS = found(TestName.TCS, seconds("repetitions", 5.0, 0.0, "1"))
ONE_RISE = found(TestName.TCS, seconds("repetitions", 1.0, 0.0, "1"), status=Status.INCOMPLETE)
WALK = found(TestName.GAIT, seconds("duration", 5.0))
BEGUN = found(TestName.GUG, status=Status.INCOMPLETE)


@pytest.mark.parametrize(
    ("answers", "chosen", "status"),
    [
        ((GUG, ONE_RISE, WALK), TestName.GUG, Status.COMPLETE),
        ((BEGUN, STANDS), TestName.TCS, Status.COMPLETE),
        ((STANDS, WALK), TestName.TCS, Status.COMPLETE),
        ((BEGUN, WALK), TestName.GUG, Status.INCOMPLETE),
        ((ONE_RISE, WALK), TestName.GAIT, Status.COMPLETE),
        ((WALK,), TestName.GAIT, Status.COMPLETE),
        ((BEGUN, ONE_RISE), TestName.GUG, Status.INCOMPLETE),
        ((ONE_RISE,), TestName.TCS, Status.INCOMPLETE),
        ((), None, Status.UNUSABLE),
    ],
)
def test_auto_takes_the_test_that_the_recording_shows(
    clinical: Callable[..., Clinical], answers: tuple[Analysis, ...], chosen: TestName | None, status: Status
) -> None:
    clinical(*answers)
    report = analyse(rocking())
    assert (report.analysis.test, report.analysis.status) == (chosen, status)
    assert chosen is not None or report.findings == ()


def test_auto_looks_through_a_long_recording_for_rises_and_sits(clinical: Callable[..., Clinical]) -> None:
    fake = clinical(GUG)
    analyse(rocking(seconds=301.0))
    assert [name for name, _ in fake.asked] == [TestName.POSTURES]


@pytest.mark.parametrize("imu", [synthetic.BELT, synthetic.ON_THIGH], ids=["belt", "thigh"])
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (synthetic.get_up_and_go, (TestName.GUG, Status.COMPLETE)),
        (synthetic.chair_stands, (TestName.TCS, Status.COMPLETE)),
        (synthetic.gait, (TestName.GAIT, Status.COMPLETE)),
        (synthetic.sitting, (None, Status.UNUSABLE)),
    ],
)
def test_auto_knows_a_generated_test(
    make: Callable[..., synthetic.Generated], expected: tuple[TestName | None, Status], imu: synthetic.Imu
) -> None:
    analysis = analyse(make(synthetic.ADULT, imu).recording).analysis
    assert (analysis.test, analysis.status) == expected


def test_the_line_is_as_promised() -> None:
    analysis = Analysis(
        test=TestName.TCS,
        placement=Placement.THIGH,
        status=Status.INCOMPLETE,
        version="1",
        reasons=(Reason("too_short", {"file": "a.csv", "seconds": 1.0, "least": 3.0}),),
        events=(
            Event("seat_off", 1.23456789, (1.2, 1.3), 2),
            Event("seated", 2.5, (2.4, 2.6)),
        ),
        measures=(
            seconds("duration_5", 12.0, 0.25),
            msgspec.structs.replace(seconds("duration_10", 30.0, 0.0), at_least=True),
        ),
        quality=Quality(
            sampling_rate_hz=99.98765, lost_samples=3, largest_gap_s=0.04, notes=(Reason("no_time", {"file": "b"}),)
        ),
    )
    line = to_json(Report(recording="dir/a.csv", analysis=analysis), EN)
    assert b"\n" not in line
    assert json.loads(line) == {
        "schema": 1,
        "recording": "dir/a.csv",
        "test": "tcs",
        "placement": "thigh",
        "status": "incomplete",
        "reasons": [
            {
                "code": "too_short",
                "params": {"file": "a.csv", "seconds": 1.0, "least": 3.0},
                "text": EN.reason(analysis.reasons[0]),
            }
        ],
        "events": [
            {"name": "seat_off", "time_s": 1.2346, "interval_s": [1.2, 1.3], "repetition": 2},
            {"name": "seated", "time_s": 2.5, "interval_s": [2.4, 2.6]},
        ],
        "measures": [
            {"name": "duration_5", "value": 12.0, "unit": "s", "interval": [11.75, 12.25], "source": "sensor"},
            {
                "name": "duration_10",
                "value": 30.0,
                "unit": "s",
                "interval": [30.0, 30.0],
                "source": "sensor",
                "at_least": True,
            },
        ],
        "findings": [],
        "quality": {
            "sampling_rate_hz": 99.9877,
            "lost_samples": 3,
            "largest_gap_s": 0.04,
            "notes": [{"code": "no_time", "params": {"file": "b"}, "text": EN.reason(analysis.quality.notes[0])}],
        },
        "versions": {"teststation": __version__, "analysis": "1", "rules": load_rules().version},
    }


def test_a_finding_in_the_line_has_the_promised_fields(clinical: Callable[..., Clinical]) -> None:
    clinical(found(TestName.GUG, seconds("duration", 20.05)))
    report = analyse(rocking(), TestName.GUG)
    assert json.loads(to_json(report, EN))["findings"] == [
        {
            "rule": "gug-kngf-20",
            "measure": "duration",
            "verdict": "met",
            "close": True,
            "text": EN.reason(report.findings[0].reason),
        }
    ]


def test_every_analysis_says_which_version_made_it(clinical: Callable[..., Clinical]) -> None:
    clinical(GUG)
    assert json.loads(to_json(analyse(rocking()), EN))["versions"]["analysis"] == catalogue.ANALYSIS_VERSION
