"""The whole record: kinds of visits, confirmations, consents, facts, questionnaires, calibrations and the audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let visits have a kind and an end, count practice attempts apart, and make the other tables."""
    _remake_visits()
    _remake_trials()
    _table(
        "confirmations",
        _id(),
        sa.Column("judgement_id", sa.Text, nullable=False),
        sa.Column("finding", sa.Integer, nullable=False),
        sa.Column("agreed", sa.Integer, nullable=False),
        _moment("at"),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["judgement_id", "finding"], ["findings.judgement_id", "findings.position"], ondelete="CASCADE"
        ),
    )
    op.create_index("ix_confirmations_judgement_id", "confirmations", ["judgement_id"])
    _table(
        "consents",
        _id(),
        _owner("client_id", "clients.id", index=True),
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visits.id", ondelete="SET NULL"), index=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("given", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        _moment("at"),
        sa.Column("representative", sa.Integer, nullable=False),
        sa.Column("operator", sa.Text, nullable=False),
    )
    _table(
        "facts",
        _id(),
        _owner("visit_id", "visits.id", index=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("side", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        _moment("at"),
    )
    _table(
        "questionnaires",
        _id(),
        _owner("visit_id", "visits.id", index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        _moment("at"),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("scores", sa.Text, nullable=False),
    )
    _table(
        "sensors",
        _id(),
        sa.Column("driver", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.UniqueConstraint("driver", "serial"),
    )
    _table(
        "calibrations",
        _id(),
        _owner("sensor_id", "sensors.id", index=True),
        _moment("made_at"),
        sa.Column("values", sa.Text, nullable=False),
    )
    _table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _moment("at"),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False, index=True),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'append only'); END"
        )


def _remake_visits() -> None:
    # copied from what 0001 made, as a table that is only reflected would lose its checks
    visits = sa.Table(
        "visits",
        sa.MetaData(naming_convention=op.get_context().opts["target_metadata"].naming_convention),
        _id(),
        _owner("client_id", "clients.id"),
        _moment("started_at"),
        sa.Column("age", sa.Integer),
        sa.Column("operator", sa.Text, nullable=False),
        sa.Index("ix_visits_client_id", "client_id"),
        sqlite_strict=True,
    )
    with op.batch_alter_table("visits", copy_from=visits, recreate="always") as batch:
        batch.add_column(sa.Column("kind", sa.Text))
        batch.add_column(_moment("ended_at", nullable=True))


def _remake_trials() -> None:
    trials = sa.Table(
        "trials",
        sa.MetaData(naming_convention=op.get_context().opts["target_metadata"].naming_convention),
        _id(),
        _owner("visit_id", "visits.id"),
        sa.Column("test", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        _moment("started_at"),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("outcome_reason", sa.Text),
        sa.Column("practice", sa.Integer, nullable=False),
        sa.Column("cue_s", sa.REAL),
        sa.Column("line_s", sa.REAL),
        sa.Column("stop_s", sa.REAL),
        sa.Column("stopwatch_s", sa.REAL),
        sa.Column("host_minus_device_s", sa.REAL),
        sa.Column("headline_source", sa.Text),
        sa.Column("headline_reason", sa.Text),
        sa.Column("conditions", sa.Text, nullable=False),
        sa.UniqueConstraint("visit_id", "test", "practice", "number"),  # in 0001 without the practice
        sqlite_strict=True,
    )
    with op.batch_alter_table("trials", copy_from=trials, recreate="always"):
        pass


def _table(name: str, *columns: Any) -> sa.Table:
    return op.create_table(name, *columns, sqlite_strict=True)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.Text, primary_key=True)


def _owner(name: str, target: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, **options)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[str]:
    in_utc = sa.CheckConstraint(f"{name} LIKE '____-__-__T__:__:__%Z'", name=f"{name}_utc")
    return sa.Column(name, sa.Text, in_utc, nullable=nullable)
