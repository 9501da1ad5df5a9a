"""Venues: the places, their elements and routes, what was measured of them, and the verdicts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_venues"
down_revision = "0002_scan_lease"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PACKED = sa.LargeBinary()


def upgrade() -> None:
    _create_venues()
    _create_routes()
    _create_surveys()
    _create_verdicts()
    _keep_measurements()


def _create_venues() -> None:
    op.create_table(
        "venue",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=200), nullable=False),
        sa.Column("venue_type", sa.String(length=40), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("body_id", ID, nullable=True),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("locality", sa.String(length=100), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by_id", ID, nullable=True),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_venue_location")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_venue_body_id_body"),
        sa.ForeignKeyConstraint(["municipality_id"], ["body.id"], name="fk_venue_municipality_id_body"),
        sa.ForeignKeyConstraint(["published_by_id"], ["user.id"], name="fk_venue_published_by_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_venue"),
        sa.UniqueConstraint("slug", name="uq_venue_slug"),
    )
    op.create_index("ix_venue_body_id", "venue", ["body_id"])
    op.create_index("ix_venue_municipality_id", "venue", ["municipality_id"])
    op.create_index("ix_venue_published_by_id", "venue", ["published_by_id"])
    op.create_index("ix_venue_search_name", "venue", ["search_name"])
    op.create_index("ix_venue_sector", "venue", ["sector"])
    op.create_index("ix_venue_venue_type", "venue", ["venue_type"])
    op.create_table(
        "venue_element",
        sa.Column("id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_unreachable", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["venue_element.id"], name="fk_venue_element_parent_id_venue_element"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_venue_element_venue_id_venue"),
        sa.PrimaryKeyConstraint("id", name="pk_venue_element"),
    )
    op.create_index("ix_venue_element_parent_id", "venue_element", ["parent_id"])
    op.create_index("ix_venue_element_venue_id", "venue_element", ["venue_id"])


def _create_routes() -> None:
    op.create_table(
        "route",
        sa.Column("id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_route_venue_id_venue"),
        sa.PrimaryKeyConstraint("id", name="pk_route"),
    )
    op.create_index("ix_route_venue_id", "route", ["venue_id"])
    op.create_table(
        "route_leg",
        sa.Column("route_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("element_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["element_id"], ["venue_element.id"], name="fk_route_leg_element_id_venue_element"),
        sa.ForeignKeyConstraint(["route_id"], ["route.id"], name="fk_route_leg_route_id_route", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("route_id", "place", name="pk_route_leg"),
    )
    op.create_index("ix_route_leg_element_id", "route_leg", ["element_id"])


def _create_surveys() -> None:
    op.create_table(
        "survey_visit",
        sa.Column("id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("surveyor_id", ID, nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rule_set", sa.String(length=40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["surveyor_id"], ["user.id"], name="fk_survey_visit_surveyor_id_user"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_survey_visit_venue_id_venue"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_visit"),
        sa.UniqueConstraint(
            "venue_id", "surveyor_id", "measured_on", name="uq_survey_visit_venue_id_surveyor_id_measured_on"
        ),
    )
    op.create_index("ix_survey_visit_surveyor_id", "survey_visit", ["surveyor_id"])
    op.create_table(
        "measurement",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("element_id", ID, nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("value", DOCUMENT, nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("recorded_by_id", ID, nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('known', 'unknown', 'not_applicable', 'could_not_enter', 'withdrawn')",
            name=op.f("ck_measurement_state"),
        ),
        sa.ForeignKeyConstraint(["element_id"], ["venue_element.id"], name="fk_measurement_element_id_venue_element"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name="fk_measurement_recorded_by_id_user"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_measurement_venue_id_venue"),
        sa.ForeignKeyConstraint(["visit_id"], ["survey_visit.id"], name="fk_measurement_visit_id_survey_visit"),
        sa.PrimaryKeyConstraint("key", name="pk_measurement"),
    )
    op.create_index("ix_measurement_element_id", "measurement", ["element_id"])
    op.create_index("ix_measurement_recorded_by_id", "measurement", ["recorded_by_id"])
    op.create_index("ix_measurement_venue_id_element_id_field", "measurement", ["venue_id", "element_id", "field"])
    op.create_index("ix_measurement_visit_id", "measurement", ["visit_id"])
    op.create_table(
        "current_answers",
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", PACKED, nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_current_answers_venue_id_venue"),
        sa.PrimaryKeyConstraint("venue_id", name="pk_current_answers"),
    )


def _create_verdicts() -> None:
    op.create_table(
        "label_result",
        sa.Column("id", ID, nullable=False),
        sa.Column("venue_id", ID, nullable=False),
        sa.Column("rule_set", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("document", PACKED, nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_label_result_venue_id_venue"),
        sa.PrimaryKeyConstraint("id", name="pk_label_result"),
    )
    op.create_index("ix_label_result_venue_id", "label_result", ["venue_id"])
    op.create_index(
        "uq_label_result_latest",
        "label_result",
        ["venue_id"],
        unique=True,
        sqlite_where=sa.text("is_latest"),
        postgresql_where=sa.text("is_latest"),
    )
    op.create_table(
        "label_verdict",
        sa.Column("result_id", ID, nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("outdated", sa.Boolean(), nullable=False),
        sa.Column("close_to_limit", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["label_result.id"], name="fk_label_verdict_result_id_label_result", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("result_id", "group", name="pk_label_verdict"),
    )
    op.create_index("ix_label_verdict_group_level", "label_verdict", ["group", "level"])


def _keep_measurements() -> None:
    """The database refuses to change or remove a measurement."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER measurement_no_{change.lower()} BEFORE {change} ON measurement "
                "BEGIN SELECT RAISE(ABORT, 'measurements are only ever added'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION keep_measurement() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'measurements are only ever added'; END $$"
    )
    op.execute(
        "CREATE TRIGGER measurement_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON measurement "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_measurement()"
    )
