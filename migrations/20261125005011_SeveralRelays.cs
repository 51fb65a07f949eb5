using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class SeveralRelays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "relay",
                schema: "digest",
                table: "notices",
                type: "text",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_deliveries_relay_due_at",
                schema: "digest",
                table: "deliveries",
                columns: new[] { "relay", "due_at" },
                filter: "state = 'deferred'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_deliveries_relay_due_at",
                schema: "digest",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "relay",
                schema: "digest",
                table: "notices");
        }
    }
}
