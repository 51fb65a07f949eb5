using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class ExclusionTotals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "exclusion_totals",
                schema: "digest",
                columns: table => new
                {
                    issue_id = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_exclusion_totals", x => new { x.issue_id, x.reason });
                });

            // The exclusions of issues whose deliveries are dropped already have stayed until now.
            migrationBuilder.Sql(
                """
                with dropped as (
                    delete from digest.exclusions e using digest.issues i
                    where i.id = e.issue_id and i.ledger_dropped_at is not null
                    returning e.issue_id, e.reason
                )
                insert into digest.exclusion_totals (issue_id, reason, count)
                select issue_id, reason, count(*) from dropped group by issue_id, reason
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "exclusion_totals",
                schema: "digest");
        }
    }
}
