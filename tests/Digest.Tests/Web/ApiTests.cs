using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Digest.Settings;
using Digest.Stories;
using Digest.Stories.Keys;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>The API as a program meets it: over HTTP, with a key.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private const string Least = """{ "title": "What we got wrong", "published": "2026-11-21 09:00", "body": "Three *sentences*.\n\n    code" }""";

    private const string Whole = """
        { "title": "Whole", "published": "2026-11-21T09:00:00+01:00", "body": "B", "standfirst": "S", "language": "ar", "canonical_url": "https://Paper.example.org/w?utm_source=x",
          "topics": ["a", "b"], "weight": 5, "sources": [{ "outlet": "O", "url": "https://example.org/o", "title": "T", "lens": "policy", "stance": "pro", "note": "N" }],
          "holds": ["h"], "scrutiny": ["s"], "watch": ["w"], "key_points": ["k"], "disagreements": ["d"], "number": { "value": "3", "says": "three" },
          "further_reading": [{ "title": "F", "url": "https://example.org/f", "outlet": "O", "note": "N" }], "corrections": [{ "at": "2026-11-20T09:00:00Z", "text": "It was **41**." }], "slug": "whole" }
        """;

    private PublicSite site = null!;
    private string key = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        site = await PublicSite.StartAsync();
        key = await site.Get<ApiKeys>().AddAsync(site.Newsletter.Id, "newsroom", Token);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task A_story_is_created_then_unchanged_then_changed()
    {
        var created = await PutAsync("wrong", Least);
        (created.Status, Outcome(created)).ShouldBe((HttpStatusCode.Created, "created"));
        created.Headers["Location"].ShouldBe("/api/newsletters/signal/stories/wrong");

        var again = await PutAsync("wrong", """{"published":"2026-11-21T08:00:00Z","body":"Three *sentences*.\r\n\r\n    code","title":"What we got wrong","topics":[]}""");
        (again.Status, Outcome(again), again.Headers["ETag"]).ShouldBe((HttpStatusCode.OK, "unchanged", created.Headers["ETag"]));

        var changed = await PutAsync("wrong", Least.Replace("Three", "Four", StringComparison.Ordinal));
        (changed.Status, Outcome(changed)).ShouldBe((HttpStatusCode.OK, "changed"));
        changed.Headers["ETag"].ShouldNotBe(created.Headers["ETag"]);

        await using var context = site.Database.NewContext();
        var story = await context.Stories.SingleAsync(Token);
        (story.Slug, story.Origin, story.PublishedAt).ShouldBe(("wrong", StoryOrigin.Api, new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero)));
        story.BodyHtml.ShouldBe("<p>Four <em>sentences</em>.</p>\n<pre><code>code\n</code></pre>");
    }

    [Fact]
    public async Task A_write_answers_the_very_instants_that_a_reading_does()
    {
        site.Time.Advance(TimeSpan.FromTicks(1_234_567));

        var created = JsonNode.Parse((await PutAsync("wrong", Least)).Text)!;
        var read = JsonNode.Parse((await GetAsync("/wrong")).Text)!;

        created["created"]!.GetValue<string>().ShouldBe(read["created"]!.GetValue<string>());
        created["updated"]!.GetValue<string>().ShouldBe(read["updated"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_read_may_be_put_again_and_changes_nothing()
    {
        await PutAsync("whole", Whole);

        var read = await GetAsync("/whole");
        var story = JsonNode.Parse(read.Text)!["story"]!;
        story["canonical_url"]!.GetValue<string>().ShouldBe("https://paper.example.org/w");
        story["sources"]![0]!["stance"]!.GetValue<string>().ShouldBe("pro");

        Outcome(await PutAsync("whole", story.ToJsonString())).ShouldBe("unchanged");
    }

    [Fact]
    public async Task Json_and_a_file_that_say_the_same_are_the_same_story()
    {
        await PutAsync("wrong", Least);
        await site.Get<ImportStories>().RunAsync(
            site.Newsletter.Id, [new StoryInput("file.md", "---\ntitle: What we got wrong\npublished: 2026-11-21 09:00\n---\nThree *sentences*.\n\n    code")], TimeSpan.Zero, Token);

        await using var context = site.Database.NewContext();
        var stories = await context.Stories.AsNoTracking().ToListAsync(Token);
        stories.Select(story => (story.Title, story.Body, story.BodyHtml, story.PublishedAt)).Distinct().ShouldHaveSingleItem();
        stories.Select(story => story.Origin).ShouldBe([StoryOrigin.Api, StoryOrigin.Written], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_problem_is_named_at_once_under_its_field_and_nothing_is_written()
    {
        var answer = await PutAsync("No Slug", """
            { "titel": "x", "published": "soon", "body": "ok\n[bad](/relative)", "weight": 1000, "language": 5, "topics": [["nested"]],
              "sources": [{ "outlet": "O", "url": "ftp://example.org", "stance": "sceptic" }] }
            """);

        (answer.Status, answer.Headers["Content-Type"]).ShouldBe((HttpStatusCode.UnprocessableEntity, "application/problem+json"));
        var errors = JsonNode.Parse(answer.Text)!["errors"]!.AsObject();
        errors.Select(field => field.Key).ShouldBe(
            ["slug", "title", "titel", "published", "body", "weight", "language", "topics[0]", "sources[0].url", "sources[0].stance"], ignoreOrder: true);
        errors["body"]![0]!.GetValue<string>().ShouldStartWith("line 2: '/relative'");
        errors["sources[0].stance"]![0]!.GetValue<string>().ShouldContain("did you mean 'sceptical'?");
        (await site.CountAsync("stories")).ShouldBe(0);
    }

    [Fact]
    public async Task A_story_that_no_parser_follows_is_refused_while_another_intake_has_the_newsletter()
    {
        await using var another = await site.Database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await another.BeginTransactionAsync(Token);
        await using var held = another.CreateCommand();
        held.CommandText = "select id from digest.newsletters for no key update";
        await held.ExecuteNonQueryAsync(Token);

        var answer = await PutAsync("deep", $$"""{ "title": "Deep", "published": "2026-11-21 09:00", "body": "{{new string('>', 200)}}" }""").WaitAsync(TimeSpan.FromSeconds(20), Token);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        JsonNode.Parse(answer.Text)!["errors"]!["body"]![0]!.GetValue<string>().ShouldContain("nested too deeply");
    }

    [Fact]
    public async Task The_same_address_under_two_names_is_refused_from_a_program_and_from_a_file()
    {
        await PutAsync("whole", Whole);

        var twice = await PutAsync("twice", Whole.Replace(", \"slug\": \"whole\"", "", StringComparison.Ordinal));
        JsonNode.Parse(twice.Text)!["errors"]!["canonical_url"]![0]!.GetValue<string>().ShouldContain("already the address of 'whole'");

        var file = await Should.ThrowAsync<InputException>(() => site.Get<ImportStories>().RunAsync(site.Newsletter.Id,
            [
                new StoryInput("a.md", "---\ntitle: A\npublished: 2026-11-21 09:00\ncanonical_url: https://paper.example.org/w#top\n---\nB"),
                new StoryInput("b.md", "---\ntitle: A\npublished: 2026-11-21 09:00\ncanonical_url: https://example.org/b\n---\nB"),
                new StoryInput("c.md", "---\ntitle: A\npublished: 2026-11-21 09:00\ncanonical_url: https://example.org/b?fbclid=1\n---\nB"),
            ], TimeSpan.Zero, Token));
        file.Problems.Select(problem => (problem.File, problem.Field)).ShouldBe([("a.md", "canonical_url"), ("c.md", "canonical_url")]);
    }

    [Theory]
    [InlineData("{ \"title\": ", 1)]
    [InlineData("{ \"title\": \"a\",\n \"title\": \"b\" }", null)]
    [InlineData("[]", 1)]
    [InlineData("", 1)]
    [InlineData("{ \"title\": \"\\ud800\" }", null)]
    public async Task What_is_no_json_object_is_a_bad_request(string body, int? line)
    {
        var answer = await PutAsync("wrong", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        var detail = JsonNode.Parse(answer.Text)!["detail"]!.GetValue<string>();
        detail.ShouldStartWith(line is null ? "The request's body" : $"The request's body, line {line},");
    }

    [Fact]
    public async Task Without_a_key_with_a_wrong_one_or_with_a_revoked_one_nothing_is_said()
    {
        await PutAsync("wrong", Least);
        foreach (var (presented, challenge) in ((string?, string)[])
            [(null, "Bearer realm=\"Digest\""), ("dgst_wrong", "error=\"invalid_token\""), (key + "x", "error=\"invalid_token\""), ("", "realm")])
        {
            var answer = await SendAsync(HttpMethod.Get, "signal", "/wrong", null, presented);
            answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
            answer.Headers["WWW-Authenticate"].ShouldContain(challenge);
            answer.Headers["Content-Type"].ShouldBe("application/problem+json");
            answer.Text.ShouldContain(string.IsNullOrEmpty(presented) ? "A key is wanted" : "This key is unknown or revoked");
        }

        (await GetAsync("/wrong")).Status.ShouldBe(HttpStatusCode.OK);
        await site.Get<ApiKeys>().RevokeAsync(site.Newsletter.Id, "newsroom", Token);
        (await GetAsync("/wrong")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_is_for_its_newsletter_and_says_nothing_of_others()
    {
        await site.Database.NewsletterAsync("other");

        (await SendAsync(HttpMethod.Put, "other", "/wrong", Least, key)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(HttpMethod.Put, "nobody", "/wrong", Least, key)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await site.CountAsync("stories")).ShouldBe(0);
    }

    [Fact]
    public async Task Refusals_are_in_a_form_that_programs_read()
    {
        var missing = await GetAsync("/missing");
        var deleted = await SendAsync(HttpMethod.Delete, "signal", "/wrong", null, key);
        var typed = await SendAsync(HttpMethod.Put, "signal", "/wrong", Least, key, "text/plain");
        var latin = await SendAsync(HttpMethod.Put, "signal", "/wrong", Least, key, "application/json; charset=iso-8859-1");
        var large = await PutAsync("wrong", $"{{ \"body\": \"{new string('x', 2 * 1024 * 1024)}\" }}");
        var limit = await SendAsync(HttpMethod.Get, "signal", "?limit=0", null, key);
        var unread = await SendAsync(HttpMethod.Get, "signal", "?after=x", null, key);
        var nowhere = await site.GetAsync("/api/nothing/here/at/all");

        ((Page[])[missing, deleted, typed, latin, large, limit, unread, nowhere]).Select(page => (int)page.Status).ShouldBe([404, 405, 415, 415, 413, 400, 400, 404]);
        ((Page[])[missing, deleted, typed, latin, large, limit, unread, nowhere]).ShouldAllBe(page => page.Headers["Content-Type"] == "application/problem+json");
        ((Page[])[missing, deleted, typed, latin, large, limit, unread, nowhere]).ShouldAllBe(page => page.Text.Contains("\"detail\":\""));
        deleted.Headers["Allow"].ShouldContain("PUT");
        nowhere.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task Two_writers_do_not_undo_each_other_unseen()
    {
        var first = (await PutAsync("wrong", Least)).Headers["ETag"];
        await PutAsync("wrong", Least.Replace("Three", "Four", StringComparison.Ordinal));

        (await PutAsync("wrong", Least.Replace("Three", "Five", StringComparison.Ordinal), ("If-Match", first))).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync("wrong", Least, ("If-None-Match", "*"))).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync("new", Least, ("If-Match", "*"))).Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        var current = (await GetAsync("/wrong")).Headers["ETag"];
        (await PutAsync("wrong", Least, ("If-Match", current))).Status.ShouldBe(HttpStatusCode.OK);
        (await site.CountAsync("stories")).ShouldBe(1);
    }

    [Theory]
    [InlineData("If-Match", "")]
    [InlineData("If-Match", "unquoted")]
    [InlineData("If-None-Match", "\"open")]
    [InlineData("If-None-Match", ",")]
    public async Task A_condition_that_cannot_be_read_is_not_taken_for_none(string header, string written)
    {
        var tag = (await PutAsync("wrong", Least)).Headers["ETag"];

        var answer = await PutAsync("wrong", Least.Replace("Three", "Five", StringComparison.Ordinal), (header, written));

        (answer.Status, answer.Headers["Content-Type"]).ShouldBe((HttpStatusCode.BadRequest, "application/problem+json"));
        JsonNode.Parse(answer.Text)!["detail"]!.GetValue<string>().ShouldStartWith($"{header} names no entity tag");
        (await GetAsync("/wrong")).Headers["ETag"].ShouldBe(tag);
    }

    [Fact]
    public async Task Writers_at_once_make_one_story()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PutAsync("wrong", Least)));

        answers.Select(Outcome).Order().ShouldBe(["created", .. Enumerable.Repeat("unchanged", 7)]);
    }

    [Fact]
    public async Task The_list_goes_page_by_page_over_all_of_the_newsletters_own()
    {
        var other = await site.Database.NewsletterAsync("other");
        await site.Database.StoryAsync(other.Id, "foreign", PublicSite.Start);
        foreach (var slug in (string[])["a", "b", "c", "d", "e"])
        {
            await PutAsync(slug, Least);
        }

        var seen = new List<string>();
        for (var path = "/api/newsletters/signal/stories?limit=2"; path is not null;)
        {
            var page = JsonNode.Parse((await ReadAsync(HttpMethod.Get, path, null, key)).Text)!;
            seen.AddRange(page["stories"]!.AsArray().Select(story => story!["story"]!["slug"]!.GetValue<string>()));
            path = page["next"]?.GetValue<string>();
        }

        seen.ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task A_key_is_logged_nowhere_and_kept_only_as_a_hash()
    {
        await PutAsync("wrong", Least);
        await PutAsync("wrong", "{");
        await SendAsync(HttpMethod.Get, "signal", "/wrong", null, "dgst_guessed");

        site.Log.Lines.ShouldContain(line => line.Contains("newsroom", StringComparison.Ordinal));
        site.Log.Lines.ShouldNotContain(line => line.Contains(key, StringComparison.Ordinal) || line.Contains("dgst_guessed", StringComparison.Ordinal));
        key.Length.ShouldBe(ApiKeys.Prefix.Length + 43);
        (await site.Database.ScalarAsync<string>("select string_agg(k::text, ' ') from digest.api_keys k"))!.ShouldNotContain(key[5..]);
        (await site.Get<ApiKeys>().ListAsync(site.Newsletter.Id, Token)).ShouldHaveSingleItem().LastUsedAt.ShouldBe(PublicSite.Start);
    }

    [Fact]
    public async Task A_key_has_a_name_of_its_own_and_can_be_revoked_once()
    {
        var keys = site.Get<ApiKeys>();

        (await Should.ThrowAsync<RefusedException>(() => keys.AddAsync(site.Newsletter.Id, "newsroom", Token))).Message.ShouldContain("already");
        await Should.ThrowAsync<RefusedException>(() => keys.AddAsync(site.Newsletter.Id, "News Room", Token));
        await keys.RevokeAsync(site.Newsletter.Id, "newsroom", Token);
        await Should.ThrowAsync<RefusedException>(() => keys.RevokeAsync(site.Newsletter.Id, "newsroom", Token));
    }

    [Fact]
    public async Task The_description_names_every_route_and_every_field()
    {
        var answer = await site.GetAsync("/api/openapi.json");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        var document = JsonNode.Parse(answer.Text)!;
        document["paths"]!.AsObject().ToDictionary(path => path.Key, path => string.Join(' ', path.Value!.AsObject().Select(verb => verb.Key).Order())).ShouldBe(
            new Dictionary<string, string>
            {
                ["/api/newsletters/{newsletter}/stories/{slug}"] = "get put",
                ["/api/newsletters/{newsletter}/stories"] = "get",
            }, ignoreOrder: true);
        var schemas = document["components"]!["schemas"]!;
        Fields(schemas, "StoryDocument").ShouldBe(JsonNode.Parse(Whole)!.AsObject().Select(field => field.Key), ignoreOrder: true);
        Fields(schemas, "SourceDocument").ShouldBe(["outlet", "url", "title", "lens", "stance", "note"], ignoreOrder: true);
        Fields(schemas, "FurtherReadingDocument").ShouldBe(["title", "url", "outlet", "note"], ignoreOrder: true);
        Fields(schemas, "StoryAnswer").ShouldBe(["story", "url", "origin", "created", "updated", "outcome"], ignoreOrder: true);
        schemas["StoryDocument"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["title", "published", "body"], ignoreOrder: true);
        document["components"]!["securitySchemes"]!["key"]!["scheme"]!.GetValue<string>().ShouldBe("bearer");
    }

    private static IEnumerable<string> Fields(JsonNode schemas, string name) => schemas[name]!["properties"]!.AsObject().Select(field => field.Key);

    private static string Outcome(Page page) => JsonNode.Parse(page.Text)!["outcome"]!.GetValue<string>();

    private Task<Page> PutAsync(string slug, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, "signal", $"/{Uri.EscapeDataString(slug)}", json, key, headers: headers);

    private Task<Page> GetAsync(string path) => SendAsync(HttpMethod.Get, "signal", path, null, key);

    private Task<Page> SendAsync(
        HttpMethod method, string newsletter, string path, string? body, string? presented, string type = "application/json", params (string Name, string Value)[] headers) =>
        ReadAsync(method, $"/api/newsletters/{newsletter}/stories{path}", body, presented, type, headers);

    private async Task<Page> ReadAsync(
        HttpMethod method, string path, string? body, string? presented, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        if (presented is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {presented}");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await site.ReadAsync(request);
    }
}
