using Digest.Data;
using Digest.Newsletters;
using Digest.Settings;
using Digest.Stories;
using Digest.Stories.Keys;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Digest.Web.Api;

/// <summary>The stories of a newsletter: put one, read one, list them.</summary>
internal static class StoriesApi
{
    private const int MostListed = 100;

    private const int UsuallyListed = 50;

    public static void MapStories(this WebApplication app)
    {
        var stories = app.MapGroup("/api/newsletters/{newsletter}/stories").AddEndpointFilter<KeyFilter>()
            .WithTags("Stories").ProducesProblem(401).ProducesProblem(403);
        stories.MapPut("/{slug}", PutAsync)
            .WithName("putStory").WithSummary("Create or change a story; the same again changes nothing")
            .WithDescription("The story is public from the instant of its published field on, before an issue takes it and whether or not one does; "
                + "one to come keeps it from readers until then.")
            .Accepts<StoryDocument>("application/json")
            .Produces<StoryAnswer>().Produces<StoryAnswer>(201)
            .ProducesProblem(400).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415).ProducesValidationProblem(422);
        stories.MapGet("/{slug}", GetAsync)
            .WithName("getStory").WithSummary("Read a story")
            .Produces<StoryAnswer>().ProducesProblem(404);
        stories.MapGet("", ListAsync)
            .WithName("listStories").WithSummary("List the stories in the order in which they came in, page by page")
            .Produces<StoryPage>().ProducesProblem(400);
    }

    private static async Task<IResult> PutAsync(
        string newsletter, string slug, HttpContext http, PutStory put, PublicUrls urls, ILogger<StoryDocument> logger, CancellationToken cancellationToken)
    {
        var key = http.Features.GetRequiredFeature<KnownKey>();
        if (StoryTag.Unreadable(http.Request) is { } header)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, $"{header} names no entity tag; write an ETag as it was answered, in its quotes, or *. Nothing was written.");
        }

        var (json, refusal) = await StoryBody.ReadAsync(http.Request, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            var (story, outcome) = await put.RunAsync(key.NewsletterId, slug, json, stored => StoryTag.Allows(http.Request, stored), cancellationToken);
            if (outcome == PutOutcome.Stale)
            {
                return ApiProblem.Of(StatusCodes.Status412PreconditionFailed, "The story is not the one that If-Match or If-None-Match names; read it again. Nothing was written.");
            }

            var said = SnakeCase.Of(outcome);
            ApiLog.Put(logger, key.Name, slug, newsletter, said);
            http.Response.Headers.ETag = StoryTag.Of(story!);
            var answer = StoryAnswer.Of(story!, newsletter, urls, said);
            return outcome == PutOutcome.Created ? Results.Created($"/api/newsletters/{newsletter}/stories/{slug}", answer) : Results.Ok(answer);
        }
        catch (InputException wrong)
        {
            return ApiProblem.Of(wrong);
        }
    }

    private static async Task<IResult> GetAsync(
        string newsletter, string slug, HttpContext http, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var story = await Of(database, http).SingleOrDefaultAsync(story => story.Slug == slug, cancellationToken);
        if (story is null)
        {
            return ApiProblem.Of(StatusCodes.Status404NotFound, $"There is no story '{slug}'.");
        }

        http.Response.Headers.ETag = StoryTag.Of(story);
        return Results.Ok(StoryAnswer.Of(story, newsletter, urls));
    }

    private static async Task<IResult> ListAsync(
        string newsletter, HttpContext http, IDbContextFactory<DigestDbContext> contexts, PublicUrls urls, CancellationToken cancellationToken,
        [FromQuery] int? limit = null, [FromQuery] long? after = null)
    {
        var most = limit ?? UsuallyListed;
        if (most is < 1 or > MostListed)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, $"limit is {most}; write 1 to {MostListed}.");
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await Of(database, http).Where(story => story.Id > (after ?? 0)).OrderBy(story => story.Id).Take(most + 1).ToListAsync(cancellationToken);
        var shown = found.Take(most).ToList();
        var next = found.Count > most ? $"/api/newsletters/{newsletter}/stories?limit={most}&after={shown[^1].Id}" : null;
        return Results.Ok(new StoryPage(shown.ConvertAll(story => StoryAnswer.Of(story, newsletter, urls)), next));
    }

    private static IQueryable<Story> Of(DigestDbContext database, HttpContext http)
    {
        var newsletterId = http.Features.GetRequiredFeature<KnownKey>().NewsletterId;
        return database.Stories.AsNoTracking().Include(story => story.Sources).Include(story => story.Corrections).AsSplitQuery().Where(story => story.NewsletterId == newsletterId);
    }
}
