"""The words of the validation report; every figure in it comes from the results."""

from __future__ import annotations

import msgspec

HEAD = """\
# Validation

*Made from `benchmarks/results/*.json` by `python -m benchmarks.report`; a test checks that it is current. Change the
results (`make bench`) or the words (`benchmarks/report_texts.py`), not this page.*

This page says how far the analysis lies from references, on whom that was measured, and what nobody has measured yet.

- **Errors** are the sensor's value minus the reference. *bias*: their mean. *mae*: mean of their size. *mae0*: the
  same after taking off the median error, as if a constant habit were known. *within*: the same after taking off each
  person's own median. *rmse*: root mean square. *p95*, *max*: the size that 95 %, that all stay under. Seconds,
  unless it says otherwise.
- **The number of people stands beside every figure**, for a hundred recordings of one person are one person. Fewer
  than ten – in brackets – are a regression check: they show that nothing broke, and no claim of accuracy rests on
  them.
- **In-sample.** Thresholds and offsets were chosen while looking at these very people. On other people expect
  somewhat larger errors; the last section says how to measure them.
- **Plots** show pairs of numbers only; the recordings and their labels are not ours and are not in this
  repository."""

SHORT = (
    ("tug_pocket (thigh)", "gug", "result", "Get-Up-and-Go complete, telephone in the trouser pocket"),
    ("tug_pocket (thigh)", "gug", "duration", "Time of that Get-Up-and-Go"),
    ("sisfall_chair (waist)", "tcs", "repetitions", "The right number of rises, sensor at the waist"),
    ("hapt (waist)", "postures", "rises", "Rises found among other activities, sensor at the waist"),
    ("hapt (waist)", "postures", "sits", "Sits found among other activities, sensor at the waist"),
    ("voisard_10m_uturn (lower_back)", "gait", "initial_contact (out)", "Moment of a step, sensor at the lower back"),
    ("voisard_10m_uturn (lower_back)", "gait", "gait_start", "Start of a walk, sensor at the lower back"),
    ("marpino_5m (lower_back)", "gait", "duration", "Time of a walk of 5 m, sensor at the back"),
    ("marpino_5m (thigh)", "gait", "duration", "Time of a walk of 5 m, sensor at the thigh"),
)
"""The figures that come first: data set, test, figure, and what it is in plain words."""

SHORT_END = """\
This holds for those who were recorded, nearly all of them healthy. It says nothing of frail people, and no
Get-Up-and-Go with a sensor at the belt has been compared with anything real; *What is not shown* has the whole list.
Other toolkits on the same recordings: [peers.md](peers.md)."""

DATASETS = {
    "tug_pocket": ("Timed Up and Go, 3 m, healthy adults", "labels from video, by the authors"),
    "eurobench_sts": ("five chair stands, and 30 s of them", "force on the seat; thresholds ours"),
    "rantalainen_sts": ("repeated chair stands", "counted from a second sensor at the thigh, by us"),
    "sisfall_chair": (
        "one sit and one rise, slow or quick, younger and older adults",
        "the protocol: a count, no times",
    ),
    "hapt": ("changes of posture among other activities", "labels from video"),
    "voisard_10m_uturn": ("10 m, U-turn, 10 m back, healthy adults", "foot sensors, checked by hand by the authors"),
    "marpino_5m": ("5 m straight, older and younger adults", "foot sensors; start and end derived by us"),
    "mobilised_lab": ("straight walks of about 5 m", "insoles and foot sensors"),
    "tug_composed": ("Get-Up-and-Go put together from pieces of others", "those of the pieces"),
}
"""What each data set is, and what it was compared with."""

NAMES = {"result": "complete result", "repetitions": "repetitions right", "turn direction": "turn direction right"}
"""Names of the scorer that need a word more."""

UNSCORED = {("sisfall_chair", "result")}
"""One rise is never a whole chair stand of five: whether the result is complete says nothing."""

NOTES = {
    "tug_pocket": (
        "A telephone loose in the trouser pocket: a thigh, not a belt. Events are compared with the moments that"
        " somebody marked in a video. Who watches a video sees a turn later and for a shorter time than the heading"
        " takes to change, which is what our turns are: there *mae0* tells more than *mae*, and the offset is stated"
        " below, beside the intervals. What is left after"
        " taking off each person's own median (*within*) is much less than the whole: part of the error is the"
        " labels' habit, which differs between the people recorded."
    ),
    "eurobench_sts": (
        "`duration_5` is the authors' own time, from the first bending of the trunk to the fifth contact with the"
        " chair."
    ),
    "rantalainen_sts": "Only the number of rises is compared.",
    "sisfall_chair": "Nobody knows when they rose, only that they did once: a count, not a place.",
    "hapt": (
        "`rises` and `sits` are labelled changes of posture of which ours lies in the label or within 1 s of it;"
        " `false` are ours in labelled time without such a label."
    ),
    "voisard_10m_uturn": (
        "Contacts of the way out, paired within 0.25 s. The edges of the U-turn are as the authors marked them."
        " Analysed once more as a chair stand: nobody rises here."
    ),
    "marpino_5m": (
        "One recording a person. The walk's time from the sensor against the feet. At the back the two clocks"
        " differ, so only durations are compared. Analysed once more as a chair stand: nobody rises here."
    ),
    "mobilised_lab": (
        "The reference gives contacts of steady walking only, so `extra` ones include first and last steps."
    ),
    "tug_composed": "Compared at the events that have a reference.",
    "generated": (
        "Truth is exact, and it is ours: the signals come from our own model of a body (`sensors/synthetic.py`),"
        " whose proportions also helped to set the analysis. This shows what error the method has of its own; it is"
        " kinder than people, and no claim about people rests on it. The edges of turns were set on people, who turn"
        " less gradually than the model does. *inside* and *width*: share of true values inside the 95 % interval,"
        " and its mean width. Tests recompute a part of this and fail where a figure gets worse than"
        " `benchmarks/results/bounds.toml`. `seated` of a chair stand is not one of its events."
    ),
    "speed": (
        "On the machine on which the other results were made, which may have done other things at the time: to be"
        " read, not to be compared. CPU time; imports in a fresh process. Memory: what an analysis holds at its peak"
        " beside the program (some 105 MB, most of it SciPy) and the recording (20 MB an hour)."
    ),
}

PLOTS = (
    "Each dot is a recording; the line is the bias, the dashed lines are the limits of agreement (1.96 standard"
    " deviations of all differences, those within and between people together)."
)

INTERVALS = """\
Every event and measure has a 95 % interval of *our own measuring error*. An honest one holds 90–98 % of the
references; one that holds more by being wide is as wrong as one that holds less.

A reference may mean another moment by the same word. A turn of ours begins and ends when the heading begins and ends
to change; who marks a video sees it begin later and end sooner. That is no error of either, but whoever compares will
meet it: where definitions differ our interval reaches that way, and only that way, by a constant that stands in the
code beside its source. *Other definition* is what it is in these recordings (the median over people of each person's
median error; of a duration the difference of its two events'). *same* stands where both mean the same moment.

A reference has an error of its own. Where a person marked it in a video, its habit differs from one recorded person
to the next. This is estimated from the spread between people: the standard deviation of their mean errors, less what
chance within people explains (one-way analysis of variance; at least ten recordings more than people). It also holds
what is particular to a person in *our* error, so it is the most that the labels can have. Two shares are given
therefore: inside the interval as given, which blames us for all; and with 1.96 times the spread added in quadrature,
which blames the labels for all that differs between people. The truth is between the two; the second is the one judged,
where it can be made. Recordings of one person are alike, so the share is less
certain than its number of recordings suggests. People who walk with an aid, shuffle, or are slower than anybody tested
get a wider interval (`outside_validated_range`), and no coverage is claimed for them."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the report from one of the long benchmarks.

    Parameters
    ----------
    figures : the columns, and which figures are shown; empty for all
    by_variant : whether a variant is a column instead, and a figure is a line
    """

    title: str
    text: str
    figures: tuple[str, ...] = ()
    by_variant: bool = False


_COMPOSED = Section(
    title="Belt tests put together from pieces",
    text=(
        "Nobody has recorded a Get-Up-and-Go with a sensor at the belt that we could use. These are put together from"
        " real rises and sits (`eurobench_sts`, `sisfall_chair`) and real walks with a U-turn (`voisard_10m_uturn`)."
        " They can show completeness, order and the events that have a reference of their own, not the whole time."
        " The people of a figure are those whose movement it rests on: of `complete` and `order`, sitters and"
        " walkers."
    ),
    by_variant=True,
)
SECTIONS = {
    "robustness": Section(
        title="Worse sensors, and other ways of wearing them",
        text=(
            "The same recordings turned at random (any mounting), at other rates, with lost packets, with peaks cut"
            " off at 70 % of the largest value: the headline figures of each. Times in seconds; `false` are counts"
            " in so many seconds (*of*)."
        ),
        by_variant=True,
    ),
    "watching": Section(
        title="The live watcher",
        text=(
            "What the watcher says while a test runs, fed in packets as a sensor would send them; it only proposes,"
            " the times that count come from the analysis afterwards. Delays in seconds from the reference; where"
            " there is none (\\*) the analysis stands in. *Censored*: the recording ends before a stop was due, so"
            " that it counts neither for nor against."
        ),
        figures=(
            "start in time",
            "start delay median",
            "start delay p95",
            "repetitions right",
            "repetition in time",
            "stop in time",
            "stop delay median",
            "stop delay p95",
            "false stops",
            "censored",
            "order as analysed",
        ),
    ),
    "composed": _COMPOSED,
    "composed_slow": msgspec.structs.replace(
        _COMPOSED,
        title="The same, slowed",
        text="Stretched in time to 1.4–2.5 times as long, with speeds and accelerations scaled and gravity kept.",
    ),
}

NOT_SHOWN = """\
## What is not shown

- **Frail people.** Nobody here walks with an aid, shuffles, needs several attempts to rise or takes longer than the
  slowest person of the data sets. The people whom the tests are made for are not among those on whom they were
  tested.
- **A Get-Up-and-Go with the sensor at the belt.** The real ones were recorded with a telephone in a pocket; for the
  belt there are generated signals, pieces put together, and neighbouring tasks.
- **A real course of 4.5 m.** The time at which the foot crosses the line comes from generated walks; on people only
  start, end and steps of other walks were compared.
- **Ten stands, and stands of frail people.** Real chair stands with known times are those of one person.
- **Independent truth for generated signals.** Truth and model are ours, and share proportions with
  `voisard_10m_uturn` and `eurobench_sts`.
- **People who were not looked at.** All thresholds and offsets were chosen on the people above.
- **Agreement with a stopwatch in a practice**, between two therapists, or between two days.
- **The sensors we support.** The recordings come from other sensors and telephones; mounting, rate, losses and range
  were varied by computation.
- **Arms and hands.** No sensor here sees whether they pushed.
"""

RERUN = """\
## On other people

    make bench                                            # these results; ALL=--all for the long ones too
    python -m benchmarks --data DIR --results FOLDER      # the same on other people, kept elsewhere
    python -m benchmarks.report --results FOLDER --out FOLDER/validation.md     # and its report

DIR has the layout `DIR/<dataset>/NAME.csv.gz` with `NAME.json` beside it (labels, person, placement), and
`DIR/../tools/score.py` says what is compared with what. Each benchmark also runs by itself: `python -m
benchmarks.accuracy`, `.robustness`, `.watching`, `.compose`, `.generated`, `.speed`; other toolkits on the same
recordings: `.peers`. `python -m benchmarks.intervals --data DIR` says for every constant behind the intervals what
these people would make of it.
"""
