using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "digest");

            migrationBuilder.CreateTable(
                name: "alerts",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: true),
                    issue_id = table.Column<long>(type: "bigint", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false),
                    message = table.Column<string>(type: "text", nullable: false),
                    next_step = table.Column<string>(type: "text", nullable: false),
                    raised_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    cleared_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alerts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    friendly_name = table.Column<string>(type: "text", nullable: true),
                    xml = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "newsletters",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    slug = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    tagline = table.Column<string>(type: "text", nullable: false),
                    language = table.Column<string>(type: "text", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    sender = table.Column<string>(type: "jsonb", nullable: false),
                    schedule = table.Column<string>(type: "jsonb", nullable: false),
                    policy = table.Column<string>(type: "jsonb", nullable: false),
                    brand = table.Column<string>(type: "jsonb", nullable: false),
                    postal_address = table.Column<string>(type: "text", nullable: false),
                    vocabulary = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_newsletters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "operators",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    normalized_user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    normalized_email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    email_confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: true),
                    security_stamp = table.Column<string>(type: "text", nullable: true),
                    concurrency_stamp = table.Column<string>(type: "text", nullable: true),
                    phone_number = table.Column<string>(type: "text", nullable: true),
                    phone_number_confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    two_factor_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    lockout_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    access_failed_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operators", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sending_workers",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    host = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    heartbeat_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    stopped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sending_workers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "issues",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: false),
                    week = table.Column<DateOnly>(type: "date", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    window_start = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    window_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    preheader = table.Column<string>(type: "text", nullable: false),
                    assembled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    approved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    approved_by = table.Column<string>(type: "text", nullable: true),
                    approved_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    completed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    state_reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_issues", x => x.id);
                    table.CheckConstraint("ck_issues_week_is_monday", "extract(isodow from week) = 1");
                    table.CheckConstraint("ck_issues_window", "window_start < window_end");
                    table.ForeignKey(
                        name: "fk_issues_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "stories",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: false),
                    slug = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    standfirst = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    body_html = table.Column<string>(type: "text", nullable: false),
                    language = table.Column<string>(type: "text", nullable: true),
                    canonical_url = table.Column<string>(type: "text", nullable: true),
                    topics = table.Column<List<string>>(type: "text[]", nullable: false),
                    holds = table.Column<List<string>>(type: "text[]", nullable: false),
                    scrutiny = table.Column<List<string>>(type: "text[]", nullable: false),
                    watch = table.Column<List<string>>(type: "text[]", nullable: false),
                    further_reading = table.Column<string>(type: "jsonb", nullable: false),
                    weight = table.Column<int>(type: "integer", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stories", x => x.id);
                    table.ForeignKey(
                        name: "fk_stories_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "subscribers",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: false),
                    address = table.Column<string>(type: "text", nullable: false),
                    address_key = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: true),
                    topics = table.Column<List<string>>(type: "text[]", nullable: false),
                    paused_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    token_version = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    unsubscribed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_subscribers", x => x.id);
                    table.ForeignKey(
                        name: "fk_subscribers_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "suppressions",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: true),
                    address_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_suppressions", x => x.id);
                    table.ForeignKey(
                        name: "fk_suppressions_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "operator_claims",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    claim_type = table.Column<string>(type: "text", nullable: true),
                    claim_value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operator_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_operator_claims_operators_user_id",
                        column: x => x.user_id,
                        principalSchema: "digest",
                        principalTable: "operators",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "operator_logins",
                schema: "digest",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "text", nullable: false),
                    provider_key = table.Column<string>(type: "text", nullable: false),
                    provider_display_name = table.Column<string>(type: "text", nullable: true),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operator_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "fk_operator_logins_operators_user_id",
                        column: x => x.user_id,
                        principalSchema: "digest",
                        principalTable: "operators",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "operator_tokens",
                schema: "digest",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    login_provider = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operator_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "fk_operator_tokens_operators_user_id",
                        column: x => x.user_id,
                        principalSchema: "digest",
                        principalTable: "operators",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "issue_contents",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    variant = table.Column<string>(type: "text", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false),
                    preheader = table.Column<string>(type: "text", nullable: false),
                    html = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    frozen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_issue_contents", x => x.id);
                    table.ForeignKey(
                        name: "fk_issue_contents_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "issue_stories",
                schema: "digest",
                columns: table => new
                {
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    story_id = table.Column<long>(type: "bigint", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_issue_stories", x => new { x.issue_id, x.story_id });
                    table.ForeignKey(
                        name: "fk_issue_stories_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_issue_stories_stories_story_id",
                        column: x => x.story_id,
                        principalSchema: "digest",
                        principalTable: "stories",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "story_sources",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    story_id = table.Column<long>(type: "bigint", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    outlet = table.Column<string>(type: "text", nullable: false),
                    url = table.Column<string>(type: "text", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    lens = table.Column<string>(type: "text", nullable: true),
                    stance = table.Column<string>(type: "text", nullable: true),
                    note = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_story_sources", x => x.id);
                    table.ForeignKey(
                        name: "fk_story_sources_stories_story_id",
                        column: x => x.story_id,
                        principalSchema: "digest",
                        principalTable: "stories",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "consent_events",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    subscriber_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    text_version = table.Column<string>(type: "text", nullable: true),
                    remote_address = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_consent_events", x => x.id);
                    table.ForeignKey(
                        name: "fk_consent_events_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalSchema: "digest",
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                schema: "digest",
                columns: table => new
                {
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    subscriber_id = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    variant = table.Column<string>(type: "text", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    claimed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    begun_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stage = table.Column<string>(type: "text", nullable: true),
                    reply_code = table.Column<int>(type: "integer", nullable: true),
                    enhanced_code = table.Column<string>(type: "text", nullable: true),
                    reply = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_deliveries", x => new { x.issue_id, x.subscriber_id });
                    table.CheckConstraint("ck_deliveries_claim", "(state = 'claimed') = (claimed_by is not null)");
                    table.CheckConstraint("ck_deliveries_state", "state in ('queued', 'claimed', 'accepted', 'deferred', 'rejected', 'in_doubt', 'suppressed', 'cancelled', 'expired')");
                    table.ForeignKey(
                        name: "fk_deliveries_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_deliveries_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalSchema: "digest",
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "exclusions",
                schema: "digest",
                columns: table => new
                {
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    subscriber_id = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exclusions", x => new { x.issue_id, x.subscriber_id });
                    table.ForeignKey(
                        name: "fk_exclusions_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_exclusions_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalSchema: "digest",
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    subscriber_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    claimed_by = table.Column<Guid>(type: "uuid", nullable: true),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    begun_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    settled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stage = table.Column<string>(type: "text", nullable: true),
                    reply_code = table.Column<int>(type: "integer", nullable: true),
                    enhanced_code = table.Column<string>(type: "text", nullable: true),
                    reply = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notices", x => x.id);
                    table.CheckConstraint("ck_notices_state", "state in ('queued', 'claimed', 'accepted', 'deferred', 'rejected', 'in_doubt', 'suppressed', 'cancelled', 'expired')");
                    table.ForeignKey(
                        name: "fk_notices_subscribers_subscriber_id",
                        column: x => x.subscriber_id,
                        principalSchema: "digest",
                        principalTable: "subscribers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_alerts_kind_newsletter_id_issue_id",
                schema: "digest",
                table: "alerts",
                columns: new[] { "kind", "newsletter_id", "issue_id" },
                unique: true,
                filter: "cleared_at is null")
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "ix_consent_events_subscriber_id",
                schema: "digest",
                table: "consent_events",
                column: "subscriber_id");

            migrationBuilder.CreateIndex(
                name: "ix_deliveries_claimed_by",
                schema: "digest",
                table: "deliveries",
                column: "claimed_by",
                filter: "state = 'claimed'");

            migrationBuilder.CreateIndex(
                name: "ix_deliveries_due_at",
                schema: "digest",
                table: "deliveries",
                column: "due_at",
                filter: "state in ('queued', 'deferred')");

            migrationBuilder.CreateIndex(
                name: "ix_deliveries_subscriber_id",
                schema: "digest",
                table: "deliveries",
                column: "subscriber_id");

            migrationBuilder.CreateIndex(
                name: "ix_exclusions_subscriber_id",
                schema: "digest",
                table: "exclusions",
                column: "subscriber_id");

            migrationBuilder.CreateIndex(
                name: "ix_issue_contents_issue_id_variant",
                schema: "digest",
                table: "issue_contents",
                columns: new[] { "issue_id", "variant" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_issue_stories_issue_id_position",
                schema: "digest",
                table: "issue_stories",
                columns: new[] { "issue_id", "position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_issue_stories_story_id",
                schema: "digest",
                table: "issue_stories",
                column: "story_id");

            migrationBuilder.CreateIndex(
                name: "ix_issues_newsletter_id_week",
                schema: "digest",
                table: "issues",
                columns: new[] { "newsletter_id", "week" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_newsletters_slug",
                schema: "digest",
                table: "newsletters",
                column: "slug",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_notices_due_at",
                schema: "digest",
                table: "notices",
                column: "due_at",
                filter: "state in ('queued', 'deferred')");

            migrationBuilder.CreateIndex(
                name: "ix_notices_subscriber_id_kind_created_at",
                schema: "digest",
                table: "notices",
                columns: new[] { "subscriber_id", "kind", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_operator_claims_user_id",
                schema: "digest",
                table: "operator_claims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_operator_logins_user_id",
                schema: "digest",
                table: "operator_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "EmailIndex",
                schema: "digest",
                table: "operators",
                column: "normalized_email");

            migrationBuilder.CreateIndex(
                name: "UserNameIndex",
                schema: "digest",
                table: "operators",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stories_newsletter_id_published_at",
                schema: "digest",
                table: "stories",
                columns: new[] { "newsletter_id", "published_at" });

            migrationBuilder.CreateIndex(
                name: "ix_stories_newsletter_id_slug",
                schema: "digest",
                table: "stories",
                columns: new[] { "newsletter_id", "slug" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_story_sources_story_id_position",
                schema: "digest",
                table: "story_sources",
                columns: new[] { "story_id", "position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_subscribers_newsletter_id_address_key",
                schema: "digest",
                table: "subscribers",
                columns: new[] { "newsletter_id", "address_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_suppressions_address_hash_newsletter_id",
                schema: "digest",
                table: "suppressions",
                columns: new[] { "address_hash", "newsletter_id" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "ix_suppressions_newsletter_id",
                schema: "digest",
                table: "suppressions",
                column: "newsletter_id");
        
            // Consent is evidence: rows are added and, on erasure, deleted; never changed.
            migrationBuilder.Sql(
                """
                create function digest.refuse_consent_update() returns trigger language plpgsql as $$
                begin
                    raise exception 'digest.consent_events is append-only';
                end $$;
                create trigger consent_events_append_only before update on digest.consent_events
                    for each row execute function digest.refuse_consent_update();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "consent_events",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "data_protection_keys",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "deliveries",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "exclusions",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "issue_contents",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "issue_stories",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "notices",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "operator_claims",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "operator_logins",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "operator_tokens",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "sending_workers",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "story_sources",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "suppressions",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "issues",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "subscribers",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "operators",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "stories",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "newsletters",
                schema: "digest");
        }
    }
}
