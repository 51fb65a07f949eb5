using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class DoubtsSentAgain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "again_at",
                schema: "digest",
                table: "notices",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "again_at",
                schema: "digest",
                table: "deliveries",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "again_at",
                schema: "digest",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "again_at",
                schema: "digest",
                table: "deliveries");
        }
    }
}
