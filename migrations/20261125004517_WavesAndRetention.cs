using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class WavesAndRetention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "finish_by",
                schema: "digest",
                table: "issues",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ledger_dropped_at",
                schema: "digest",
                table: "issues",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "dated_at",
                schema: "digest",
                table: "deliveries",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "finish_by",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "ledger_dropped_at",
                schema: "digest",
                table: "issues");

            migrationBuilder.DropColumn(
                name: "dated_at",
                schema: "digest",
                table: "deliveries");
        }
    }
}
