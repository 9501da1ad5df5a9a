"""The first tables: people, the trail of writes, the registry, scans and their findings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Types as they are today, apart from the program's own, which may change while this migration may not.
ID = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WORDS = sa.Text()
CODE = sa.SmallInteger()
PACKED = sa.LargeBinary()
SMALL_KEY = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")
BIG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_people()
    _create_trail()
    _create_registry()
    _create_scans()
    _create_findings()
    _keep_the_trail()


def _create_people() -> None:
    op.create_table(
        "user",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
    )
    op.create_table(
        "grant",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scope_kind", sa.String(length=40), nullable=False),
        sa.Column("scope_value", sa.String(length=100), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_grant_user_id_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_grant"),
        sa.UniqueConstraint(
            "user_id", "role", "scope_kind", "scope_value", name="uq_grant_user_id_role_scope_kind_scope_value"
        ),
    )
    op.create_table(
        "session",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_session_user_id_user", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("token_hash", name="uq_session_token_hash"),
    )
    op.create_index("ix_session_user_id", "session", ["user_id"])


def _create_trail() -> None:
    op.create_table(
        "submission",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("result", DOCUMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_submission_actor_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.UniqueConstraint("key", name="uq_submission_key"),
    )
    op.create_index("ix_submission_actor_id", "submission", ["actor_id"])
    op.create_table(
        "audit_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=100), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name="fk_audit_event_actor_id_user"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_actor_id", "audit_event", ["actor_id"])
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_audit_event_subject_kind_subject_id", "audit_event", ["subject_kind", "subject_id"])


def _create_registry() -> None:
    op.create_table(
        "body",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=200), nullable=False),
        sa.Column("nis_code", sa.String(length=5), nullable=True),
        sa.Column("kbo", sa.String(length=10), nullable=True),
        sa.Column("ovo", sa.String(length=20), nullable=True),
        sa.Column("province", sa.String(length=60), nullable=False),
        sa.Column("municipality_id", ID, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", ID, nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_date", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("source_date", sa.String(length=10), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["body.id"], name="fk_body_municipality_id_body"),
        sa.ForeignKeyConstraint(["successor_id"], ["body.id"], name="fk_body_successor_id_body"),
        sa.PrimaryKeyConstraint("id", name="pk_body"),
        sa.UniqueConstraint("reference", name="uq_body_reference"),
    )
    op.create_index("ix_body_kbo", "body", ["kbo"])
    op.create_index("ix_body_kind_name", "body", ["kind", "name"])
    op.create_index("ix_body_municipality_id", "body", ["municipality_id"])
    op.create_index("ix_body_nis_code", "body", ["nis_code"])
    op.create_index("ix_body_search_name", "body", ["search_name"])
    op.create_index("ix_body_successor_id", "body", ["successor_id"])
    op.create_table(
        "site",
        sa.Column("id", ID, nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=True),
        sa.Column("body_id", ID, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("candidate_url", sa.String(length=2000), nullable=False),
        sa.Column("operator", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("source_date", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("merged_into_id", ID, nullable=True),
        sa.Column("interval_days", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "status IN ('sourced', 'sourced_secondary', 'from_memory', 'missing', 'candidate', 'confirmed', "
            "'closed', 'merged', 'none')",
            name=op.f("ck_site_status"),
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_site_body_id_body"),
        sa.ForeignKeyConstraint(["merged_into_id"], ["site.id"], name="fk_site_merged_into_id_site"),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("reference", name="uq_site_reference"),
    )
    op.create_index("ix_site_body_id", "site", ["body_id"])
    op.create_index("ix_site_host", "site", ["host"])
    op.create_index("ix_site_merged_into_id", "site", ["merged_into_id"])
    op.create_index("ix_site_status", "site", ["status"])
    op.create_table(
        "host",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("name", sa.String(length=253), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("found_on", sa.String(length=2000), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('main', 'alias', 'subdomain', 'e_service')", name=op.f("ck_host_kind")),
        sa.CheckConstraint("status IN ('proposed', 'confirmed', 'rejected')", name=op.f("ck_host_status")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_host_site_id_site", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_host"),
        sa.UniqueConstraint("site_id", "name", name="uq_host_site_id_name"),
    )
    op.create_index("ix_host_status", "host", ["status"])


def _create_scans() -> None:
    op.create_table(
        "scan",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("seed", BIG_NUMBER, nullable=False),
        sa.Column("engines", DOCUMENT, nullable=False),
        sa.Column("rule_set", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("versions", DOCUMENT, nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.Column("traps", DOCUMENT, nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'complete', 'partial', 'failed')", name=op.f("ck_scan_state")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_scan_site_id_site"),
        sa.PrimaryKeyConstraint("key", name="pk_scan"),
        sa.UniqueConstraint("id", name="uq_scan_id"),
    )
    op.create_index("ix_scan_site_id_state_finished_at", "scan", ["site_id", "state", "finished_at"])
    op.create_table(
        "address",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("scan_key", sa.Integer(), nullable=False),
        sa.Column("url_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("selected_by", sa.String(length=60), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("load_ms", sa.Integer(), nullable=True),
        sa.Column("check_ms", sa.Integer(), nullable=True),
        sa.Column("duplicate_of", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("found_on", sa.Text(), nullable=True),
        sa.Column("visited_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("cannot_tell", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scan_key"], ["scan.key"], name="fk_address_scan_key_scan", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_address"),
        sa.UniqueConstraint("scan_key", "url_digest", name="uq_address_scan_key_url_digest"),
    )
    op.create_table(
        "page_raw",
        sa.Column("address_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", PACKED, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_key"], ["address.key"], name="fk_page_raw_address_key_address", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_key", name="pk_page_raw"),
    )
    op.create_table(
        "page_facts",
        sa.Column("address_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("generator", sa.String(length=200), nullable=False),
        sa.Column("consent", sa.String(length=100), nullable=False),
        sa.Column("elements", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes_received", BIG_NUMBER, nullable=False),
        sa.Column("lists", PACKED, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_key"], ["address.key"], name="fk_page_facts_address_key_address", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("address_key", name="pk_page_facts"),
    )


def _create_findings() -> None:
    op.create_table(
        "rule",
        sa.Column("key", SMALL_KEY, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("engine_rule", sa.String(length=100), nullable=False),
        sa.Column("criteria", WORDS, nullable=True),
        sa.Column("clauses", WORDS, nullable=True),
        sa.Column("act", WORDS, nullable=True),
        sa.Column("best_practice", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rule"),
        sa.UniqueConstraint("digest", name="uq_rule_digest"),
    )
    op.create_index("ix_rule_rule", "rule", ["rule"])
    op.create_table(
        "node",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("selector", sa.Text(), nullable=False),
        sa.Column("frames", WORDS, nullable=True),
        sa.Column("path", WORDS, nullable=True),
        sa.Column("snippet", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_node_site_id_site"),
        sa.PrimaryKeyConstraint("key", name="pk_node"),
        sa.UniqueConstraint("site_id", "digest", name="uq_node_site_id_digest"),
    )
    op.create_table(
        "occurrence",
        sa.Column("address_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node_key", sa.Integer(), nullable=False),
        sa.Column("rule_key", SMALL_KEY, nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("impact", CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["address_key"], ["address.key"], name="fk_occurrence_address_key_address", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["node_key"], ["node.key"], name="fk_occurrence_node_key_node"),
        sa.ForeignKeyConstraint(["rule_key"], ["rule.key"], name="fk_occurrence_rule_key_rule"),
        sa.PrimaryKeyConstraint("address_key", "ordinal", name="pk_occurrence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rule_total",
        sa.Column("scan_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule_key", SMALL_KEY, autoincrement=False, nullable=False),
        sa.Column("outcome", CODE, autoincrement=False, nullable=False),
        sa.Column("impact", CODE, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("nodes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rule_key"], ["rule.key"], name="fk_rule_total_rule_key_rule"),
        sa.ForeignKeyConstraint(["scan_key"], ["scan.key"], name="fk_rule_total_scan_key_scan", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan_key", "rule_key", "outcome", name="pk_rule_total"),
    )
    op.create_table(
        "criterion_total",
        sa.Column("scan_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("criterion", sa.String(length=12), nullable=False),
        sa.Column("outcome", CODE, autoincrement=False, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("nodes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scan_key"], ["scan.key"], name="fk_criterion_total_scan_key_scan", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scan_key", "criterion", "outcome", name="pk_criterion_total"),
    )


def _keep_the_trail() -> None:
    """The database refuses to change or remove an audit event."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_event_no_{change.lower()} BEFORE {change} ON audit_event "
                "BEGIN SELECT RAISE(ABORT, 'audit events are only ever added'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION keep_audit_event() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit events are only ever added'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_event()"
    )
