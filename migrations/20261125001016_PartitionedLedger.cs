using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class PartitionedLedger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // EF Core cannot say PARTITION BY. The old rows move into a partition for each issue, as LedgerPartition makes
            // them for new ones; the whole migration is one transaction.
            migrationBuilder.Sql(
                """
                alter table digest.deliveries rename to deliveries_before;
                alter table digest.deliveries_before rename constraint pk_deliveries to pk_deliveries_before;
                alter table digest.deliveries_before drop constraint fk_deliveries_issues_issue_id;
                alter table digest.deliveries_before drop constraint fk_deliveries_subscribers_subscriber_id;
                drop index digest.ix_deliveries_due_at;
                drop index digest.ix_deliveries_claimed_by;
                drop index digest.ix_deliveries_subscriber_id;

                create table digest.deliveries (
                    issue_id bigint not null,
                    subscriber_id bigint not null,
                    state text not null,
                    variant text not null,
                    canary boolean not null default false,
                    due_at timestamp with time zone not null,
                    expires_at timestamp with time zone not null,
                    attempts integer not null,
                    claimed_by uuid,
                    claimed_at timestamp with time zone,
                    begun_at timestamp with time zone,
                    settled_at timestamp with time zone,
                    relay text,
                    stage text,
                    reply_code integer,
                    enhanced_code text,
                    reply text,
                    constraint pk_deliveries primary key (subscriber_id, issue_id),
                    constraint ck_deliveries_claim check ((state = 'claimed') = (claimed_by is not null)),
                    constraint ck_deliveries_state check (state in ('queued', 'claimed', 'accepted', 'deferred', 'rejected', 'in_doubt', 'suppressed', 'cancelled', 'expired'))
                ) partition by list (issue_id);
                create index ix_deliveries_due_at_subscriber_id on digest.deliveries (due_at, subscriber_id)
                    where state in ('queued', 'deferred');
                create index ix_deliveries_claimed_by on digest.deliveries (claimed_by) where state = 'claimed';

                do $$
                declare issue bigint;
                begin
                    for issue in select id from digest.issues where queued_at is not null loop
                        execute format('create table digest.deliveries_%s partition of digest.deliveries for values in (%s)', issue, issue);
                    end loop;
                end $$;
                insert into digest.deliveries (
                    issue_id, subscriber_id, state, variant, due_at, expires_at, attempts, claimed_by, claimed_at, begun_at,
                    settled_at, stage, reply_code, enhanced_code, reply)
                select issue_id, subscriber_id, state, variant, due_at, expires_at, attempts, claimed_by, claimed_at, begun_at,
                    settled_at, stage, reply_code, enhanced_code, reply
                from digest.deliveries_before;
                drop table digest.deliveries_before;
                """);

            migrationBuilder.DropForeignKey(
                name: "fk_exclusions_subscribers_subscriber_id",
                schema: "digest",
                table: "exclusions");

            migrationBuilder.DropIndex(
                name: "ix_exclusions_subscriber_id",
                schema: "digest",
                table: "exclusions");

            migrationBuilder.AddColumn<int>(
                name: "lanes",
                schema: "digest",
                table: "sending_workers",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "per_minute",
                schema: "digest",
                table: "sending_workers",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "canary_released_at",
                schema: "digest",
                table: "issues",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "canary_until",
                schema: "digest",
                table: "issues",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "per_minute",
                schema: "digest",
                table: "issues",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ledger_totals",
                schema: "digest",
                columns: table => new
                {
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_totals", x => new { x.issue_id, x.state });
                });

            migrationBuilder.CreateTable(
                name: "relay_slots",
                schema: "digest",
                columns: table => new
                {
                    relay = table.Column<string>(type: "text", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    held_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_relay_slots", x => new { x.relay, x.number });
                });

            migrationBuilder.CreateTable(
                name: "send_budgets",
                schema: "digest",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false),
                    tokens = table.Column<double>(type: "double precision", nullable: false),
                    refilled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_send_budgets", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notices_claimed_by",
                schema: "digest",
                table: "notices",
                column: "claimed_by",
                filter: "state = 'claimed'");

            migrationBuilder.AddCheckConstraint(
                name: "ck_notices_claim",
                schema: "digest",
                table: "notices",
                sql: "(state = 'claimed') = (claimed_by is not null)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The partitioned ledger has no way back; restore the backup that was made before `digest migrate`.");
    }
}
