using Digest.Stories;
using Digest.TestKit;
using Digest.Tests.Issues;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories;

public sealed class StoriesOfPieceTests(SharedDatabase shared) : IClassFixture<SharedDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_piece_is_found_as_a_story_and_as_a_source_also_by_a_place_on_its_page_and_read_from_indexes()
    {
        var newsletter = await shared.NewNewsletterAsync();
        await using (var filling = shared.Database.NewContext())
        {
            filling.AddRange(Enumerable.Range(1, 3_000).Select(number => Piece(newsletter.Id, number)));
            await filling.SaveChangesAsync(Token);
        }

        await shared.Database.ExecuteAsync("analyze digest.stories, digest.story_sources");
        await using var context = shared.Database.NewContext();

        foreach (var url in (string[])["https://paper.example.org/41", "https://outlet.example.org/41", "https://outlet.example.org/42"])
        {
            (await StoriesOfPiece.Of(context, newsletter.Id, url).SingleAsync(Token)).Slug.ShouldBe($"story-{url[^2..]}");
        }

        (await StoriesOfPiece.Of(context, newsletter.Id, "https://outlet.example.org/4").SingleAsync(Token)).Slug.ShouldBe("story-4");
        var plan = await PlanAsync(StoriesOfPiece.Of(context, newsletter.Id, "https://outlet.example.org/41"));
        plan.ShouldContain(StoriesOfPiece.SourceIndex);
        plan.ShouldContain("ix_stories_newsletter_id_canonical_url");
        plan.ShouldNotContain("Seq Scan");
    }

    /// <summary>Every other names a place on its source's page.</summary>
    private static Story Piece(long newsletterId, int number)
    {
        var story = Seed.NewStory($"story-{number}", Seed.CreatedAt, sources: 1);
        (story.NewsletterId, story.CanonicalUrl) = (newsletterId, $"https://paper.example.org/{number}");
        story.Sources[0].Url = $"https://outlet.example.org/{number}{(number % 2 == 0 ? "#place" : "")}";
        return story;
    }

    private async Task<string> PlanAsync(IQueryable<Story> query)
    {
        await using var command = (Npgsql.NpgsqlCommand)query.CreateDbCommand();
        await using var connection = await shared.Database.DataSource.OpenConnectionAsync(Token);
        (command.Connection, command.CommandText) = (connection, $"explain {command.CommandText}");
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
