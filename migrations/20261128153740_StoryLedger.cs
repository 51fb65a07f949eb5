using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class StoryLedger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "decision_reason",
                schema: "digest",
                table: "stories",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "disagreements",
                schema: "digest",
                table: "stories",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "dropped_at",
                schema: "digest",
                table: "stories",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateOnly>(
                name: "held_to",
                schema: "digest",
                table: "stories",
                type: "date",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "key_points",
                schema: "digest",
                table: "stories",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "number",
                schema: "digest",
                table: "stories",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "origin",
                schema: "digest",
                table: "stories",
                type: "text",
                nullable: false,
                defaultValue: "written");

            migrationBuilder.AddColumn<string>(
                name: "feeds",
                schema: "digest",
                table: "newsletters",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<List<long>>(
                name: "edited_order",
                schema: "digest",
                table: "issues",
                type: "bigint[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "edited_preheader",
                schema: "digest",
                table: "issues",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "edited_subject",
                schema: "digest",
                table: "issues",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "introduction",
                schema: "digest",
                table: "issues",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "preflight",
                schema: "digest",
                table: "issues",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<double>(
                name: "score",
                schema: "digest",
                table: "issue_stories",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.CreateTable(
                name: "api_keys",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_api_keys_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "feeds",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: false),
                    url = table.Column<string>(type: "text", nullable: false),
                    etag = table.Column<string>(type: "text", nullable: true),
                    last_modified = table.Column<string>(type: "text", nullable: true),
                    next_poll_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    polled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    succeeded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failing_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    problem = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feeds", x => x.id);
                    table.ForeignKey(
                        name: "fk_feeds_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "issue_drafts",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    sentences = table.Column<string>(type: "jsonb", nullable: false),
                    model = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    approved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    approved_by = table.Column<string>(type: "text", nullable: true),
                    rejected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_issue_drafts", x => x.id);
                    table.ForeignKey(
                        name: "fk_issue_drafts_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "rehearsals",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    candidates = table.Column<int>(type: "integer", nullable: false),
                    written = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<string[]>(type: "text[]", nullable: false),
                    largest_bytes = table.Column<int>(type: "integer", nullable: false),
                    percentile95bytes = table.Column<int>(type: "integer", nullable: false),
                    last_week = table.Column<int>(type: "integer", nullable: true),
                    predicted_finish = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    took = table.Column<TimeSpan>(type: "interval", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rehearsals", x => x.id);
                    table.ForeignKey(
                        name: "fk_rehearsals_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "story_corrections",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    story_id = table.Column<long>(type: "bigint", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_story_corrections", x => x.id);
                    table.ForeignKey(
                        name: "fk_story_corrections_stories_story_id",
                        column: x => x.story_id,
                        principalSchema: "digest",
                        principalTable: "stories",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "takes",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    newsletter_id = table.Column<long>(type: "bigint", nullable: false),
                    issue_id = table.Column<long>(type: "bigint", nullable: true),
                    story_id = table.Column<long>(type: "bigint", nullable: true),
                    rating = table.Column<string>(type: "text", nullable: true),
                    text = table.Column<string>(type: "text", nullable: false),
                    address = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_takes", x => x.id);
                    table.ForeignKey(
                        name: "fk_takes_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_takes_newsletters_newsletter_id",
                        column: x => x.newsletter_id,
                        principalSchema: "digest",
                        principalTable: "newsletters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_takes_stories_story_id",
                        column: x => x.story_id,
                        principalSchema: "digest",
                        principalTable: "stories",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "feed_items",
                schema: "digest",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    feed_id = table.Column<long>(type: "bigint", nullable: false),
                    identity = table.Column<string>(type: "text", nullable: false),
                    story_id = table.Column<long>(type: "bigint", nullable: true),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    url = table.Column<string>(type: "text", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    first_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    not_taken = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_feed_items", x => x.id);
                    table.ForeignKey(
                        name: "fk_feed_items_feeds_feed_id",
                        column: x => x.feed_id,
                        principalSchema: "digest",
                        principalTable: "feeds",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_feed_items_stories_story_id",
                        column: x => x.story_id,
                        principalSchema: "digest",
                        principalTable: "stories",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "issue_corrections",
                schema: "digest",
                columns: table => new
                {
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    correction_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_issue_corrections", x => new { x.issue_id, x.correction_id });
                    table.ForeignKey(
                        name: "fk_issue_corrections_corrections_correction_id",
                        column: x => x.correction_id,
                        principalSchema: "digest",
                        principalTable: "story_corrections",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_issue_corrections_issues_issue_id",
                        column: x => x.issue_id,
                        principalSchema: "digest",
                        principalTable: "issues",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_stories_newsletter_id_canonical_url",
                schema: "digest",
                table: "stories",
                columns: new[] { "newsletter_id", "canonical_url" });

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_hash",
                schema: "digest",
                table: "api_keys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_newsletter_id_name",
                schema: "digest",
                table: "api_keys",
                columns: new[] { "newsletter_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_feed_items_feed_id_identity",
                schema: "digest",
                table: "feed_items",
                columns: new[] { "feed_id", "identity" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_feed_items_story_id",
                schema: "digest",
                table: "feed_items",
                column: "story_id");

            migrationBuilder.CreateIndex(
                name: "ix_feeds_newsletter_id_url",
                schema: "digest",
                table: "feeds",
                columns: new[] { "newsletter_id", "url" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_issue_corrections_correction_id",
                schema: "digest",
                table: "issue_corrections",
                column: "correction_id");

            migrationBuilder.CreateIndex(
                name: "ix_issue_drafts_issue_id",
                schema: "digest",
                table: "issue_drafts",
                column: "issue_id");

            migrationBuilder.CreateIndex(
                name: "ix_rehearsals_issue_id_at",
                schema: "digest",
                table: "rehearsals",
                columns: new[] { "issue_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_story_corrections_story_id",
                schema: "digest",
                table: "story_corrections",
                column: "story_id");

            migrationBuilder.CreateIndex(
                name: "ix_takes_issue_id",
                schema: "digest",
                table: "takes",
                column: "issue_id");

            migrationBuilder.CreateIndex(
                name: "ix_takes_newsletter_id_created_at",
                schema: "digest",
                table: "takes",
                columns: new[] { "newsletter_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_takes_story_id",
                schema: "digest",
                table: "takes",
                column: "story_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "feed_items",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "issue_corrections",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "issue_drafts",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "rehearsals",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "takes",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "feeds",
                schema: "digest");

            migrationBuilder.DropTable(
                name: "story_corrections",
                schema: "digest");

            migrationBuilder.DropIndex(
                name: "ix_stories_newsletter_id_canonical_url",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "decision_reason",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "disagreements",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "dropped_at",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "held_to",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "key_points",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "number",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "origin",
                schema: "digest",
                table: "stories");

            migrationBuilder.DropColumn(
                name: "feeds",
                schema: "digest",
                table: "newsletters");

            migrationBuilder.DropColumn(
                name: "edited_order",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "edited_preheader",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "edited_subject",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "introduction",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "preflight",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "score",
                schema: "digest",
                table: "issue_stories");
        }
    }
}
