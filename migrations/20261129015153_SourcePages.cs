using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Digest.Migrations
{
    /// <inheritdoc />
    public partial class SourcePages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // EF Core knows no index of an expression. A hash, as an address may be longer than a B-tree takes, and is only asked
            // whether it is the same.
            migrationBuilder.Sql("create index ix_story_sources_page on digest.story_sources using hash (split_part(url, '#', 1))");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop index digest.ix_story_sources_page");
        }
    }
}
