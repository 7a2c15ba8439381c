"""The spine: clients, visits, trials, recordings, results and findings."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NEEDS = "0.1.0"
REAL: sa.Double[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Make the first tables."""
    _table(
        "store_info",
        sa.Column(
            "only", sa.Integer, sa.CheckConstraint("only = 1", name="only_one"), primary_key=True, autoincrement=False
        ),
        sa.Column("needs", sa.Text, nullable=False),
    )
    _table(
        "clients",
        _id(),
        _moment("added_at"),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("birth_year", sa.Integer),
        sa.Column("sex", sa.Text),
        sa.Column("height_cm", REAL),
        sa.Column("height_measured", sa.Integer),
        sa.Column("weight_kg", REAL),
        sa.Column("walking_aid", sa.Text),
    )
    _table(
        "visits",
        _id(),
        _owner("client_id", "clients.id", index=True),
        _moment("started_at"),
        sa.Column("age", sa.Integer),
        sa.Column("operator", sa.Text, nullable=False),
    )
    _table(
        "trials",
        _id(),
        _owner("visit_id", "visits.id"),
        sa.Column("test", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        _moment("started_at"),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("outcome_reason", sa.Text),
        sa.Column("practice", sa.Integer, nullable=False),
        sa.Column("cue_s", REAL),
        sa.Column("line_s", REAL),
        sa.Column("stop_s", REAL),
        sa.Column("stopwatch_s", REAL),
        sa.Column("host_minus_device_s", REAL),
        sa.Column("headline_source", sa.Text),
        sa.Column("headline_reason", sa.Text),
        sa.Column("conditions", sa.Text, nullable=False),
        sa.UniqueConstraint("visit_id", "test", "number"),
    )
    _measures("trial", "trials.id")
    _table(
        "recordings",
        _id(),
        _owner("trial_id", "trials.id", unique=True),
        _moment("started_at"),
        sa.Column("driver", sa.Text, nullable=False),
        sa.Column("sensor_name", sa.Text, nullable=False),
        sa.Column("sensor_serial", sa.Text, nullable=False),
        sa.Column("nominal_rate_hz", REAL, nullable=False),
        sa.Column("placement", sa.Text, nullable=False),
        sa.Column("cue_s", REAL),
        _moment("closed_at", nullable=True),
        sa.Column("samples", sa.Integer),
        sa.Column("sha256", sa.Text),
    )
    _table(
        "sample_blocks",
        _owner("recording_id", "recordings.id", primary_key=True),
        _place("number"),
        sa.Column("first_s", REAL, nullable=False),
        sa.Column("last_s", REAL, nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    _table(
        "link_events",
        _owner("recording_id", "recordings.id", primary_key=True),
        _place("number"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("start_s", REAL, nullable=False),
        sa.Column("end_s", REAL),
    )
    _table(
        "analyses",
        _id(),
        _owner("trial_id", "trials.id"),
        sa.Column("number", sa.Integer, nullable=False),
        _moment("made_at"),
        sa.Column("made_with", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("test", sa.Text),
        sa.Column("placement", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.UniqueConstraint("trial_id", "number"),
    )
    _table(
        "events",
        _owner("analysis_id", "analyses.id", primary_key=True),
        _place(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("time_s", REAL, nullable=False),
        sa.Column("low_s", REAL, nullable=False),
        sa.Column("high_s", REAL, nullable=False),
        sa.Column("repetition", sa.Integer),
    )
    _measures("analysis", "analyses.id")
    _table(
        "test_results",
        _id(),
        _owner("visit_id", "visits.id", index=True),
        _moment("made_at"),
        sa.Column("test", sa.Text, nullable=False),
        sa.Column("headline_rule", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("trial_values", sa.Text, nullable=False),
        sa.Column("conditions", sa.Text, nullable=False),
    )
    _table(
        "result_trials",
        _owner("result_id", "test_results.id", primary_key=True),
        _place(),
        _owner("trial_id", "trials.id", index=True),
    )
    _measures("result", "test_results.id")
    _table(
        "judgements",
        _id(),
        _owner("result_id", "test_results.id"),
        sa.Column("number", sa.Integer, nullable=False),
        _moment("made_at"),
        sa.Column("made_with", sa.Text, nullable=False),
        sa.UniqueConstraint("result_id", "number"),
    )
    _table(
        "findings",
        _owner("judgement_id", "judgements.id", primary_key=True),
        _place(),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("measure", sa.Text),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("close", sa.Integer, nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    op.execute(sa.text("INSERT INTO store_info (only, needs) VALUES (1, :needs)").bindparams(needs=NEEDS))


def _table(name: str, *columns: Any) -> sa.Table:
    return op.create_table(name, *columns, sqlite_strict=True)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.Text, primary_key=True)


def _owner(name: str, target: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, **options)


def _place(name: str = "position") -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[str]:
    in_utc = sa.CheckConstraint(f"{name} LIKE '____-__-__T__:__:__%Z'", name=f"{name}_utc")
    return sa.Column(name, sa.Text, in_utc, nullable=nullable)


def _measures(owner: str, target: str) -> sa.Table:
    return _table(
        f"{owner}_measures",
        _owner(f"{owner}_id", target, primary_key=True),
        _place(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", REAL, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("low", REAL, nullable=False),
        sa.Column("high", REAL, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at_least", sa.Integer, nullable=False),
    )
