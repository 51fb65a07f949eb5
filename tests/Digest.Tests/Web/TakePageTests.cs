using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Digest.Feedback;
using Digest.Newsletters;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>A reader says how it was, from the page or from a link in the mail.</summary>
public sealed class TakePageTests : IAsyncLifetime
{
    private const string OfIssue = "/signal/issues/2026-11-23/take";
    private const string OfStory = "/signal/stories/keys/take";

    private PublicSite site = null!;
    private Story story = null!;
    private long issueId;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await StartAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task What_is_said_under_a_story_is_kept_with_the_address_that_was_left()
    {
        var page = await FromAsync("/signal/stories/keys", ("rating", "fair"), ("text", "Two keys,\r\nnot one. "), ("address", "reader@example.org"));

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Text.ShouldContain("<h1>Thank you</h1>");
        page.Parsed().QuerySelector("main a")!.GetAttribute("href").ShouldBe("/signal/stories/keys");
        page.Headers.ShouldNotContainKey("Set-Cookie");
        var take = (await TakesAsync()).ShouldHaveSingleItem();
        (take.NewsletterId, take.IssueId, take.StoryId).ShouldBe((site.Newsletter.Id, null, story.Id));
        (take.Rating, take.Text, take.Address).ShouldBe((TakeRating.Fair, "Two keys,\nnot one.", "reader@example.org"));
        (take.CreatedAt, take.SeenAt).ShouldBe((site.Time.GetUtcNow(), null));
    }

    [Fact]
    public async Task Under_an_issue_one_press_is_enough_and_nobody_is_named()
    {
        var page = await FromAsync("/signal/issues/2026-11-23", ("rating", "good"));

        page.Text.ShouldContain("<h1>Thank you</h1>");
        var take = (await TakesAsync()).ShouldHaveSingleItem();
        (take.IssueId, take.StoryId, take.Rating, take.Text, take.Address).ShouldBe((issueId, null, TakeRating.Good, "", null));
    }

    [Theory]
    [InlineData("good")]
    [InlineData("fair")]
    [InlineData("poor")]
    [InlineData(null)]
    [InlineData("perfect")]
    public async Task A_link_in_the_mail_makes_the_choice_and_changes_nothing(string? rating)
    {
        var urls = site.Get<PublicUrls>();
        foreach (var link in (string[])[urls.IssueTake("signal", PublicContent.Monday.Monday, rating), urls.StoryTake("signal", "keys", rating)])
        {
            link.ShouldEndWith(rating is null ? "/take" : $"/take?rating={rating}");
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Get])
            {
                (await site.ReadAsync(new HttpRequestMessage(method, link))).Status.ShouldBe(HttpStatusCode.OK);
            }

            var page = await site.GetAsync(link);
            page.Parsed().QuerySelectorAll("input[name=rating]").Cast<IHtmlInputElement>().Where(choice => choice.IsChecked).Select(choice => choice.Value)
                .ShouldBe(rating is null or "perfect" ? [] : [rating]);
            page.Headers["Cache-Control"].ShouldBe("no-store");
            page.Headers["X-Robots-Tag"].ShouldBe("noindex");
        }

        (await TakesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/signal/issues/2026-11-30/take")]
    [InlineData("/signal/issues/yesterday/take")]
    [InlineData("/signal/stories/none/take")]
    [InlineData("/signal/other/keys/take")]
    [InlineData("/nowhere/stories/keys/take")]
    public async Task What_is_not_there_takes_nothing(string path)
    {
        (await site.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await site.PostAsync(path, ("rating", "good"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await TakesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_sent_twice_is_one_take()
    {
        var fields = await FormAsync("/signal/stories/keys");
        (string, string)[] sent = [.. fields, ("rating", "good")];

        var answers = await Task.WhenAll(site.PostAsync(OfStory, sent), site.PostAsync(OfStory, sent), site.PostAsync(OfStory, sent));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK && answer.Text.Contains("Thank you"));
        (await TakesAsync()).Count.ShouldBe(1);
        await FromAsync("/signal/stories/keys", ("rating", "good"));
        (await TakesAsync()).Count.ShouldBe(2, "another reader's form is another take");
    }

    [Fact]
    public async Task The_same_words_within_a_day_are_kept_once_and_thanked_for()
    {
        const string Words = "Buy our keys, they are the very best keys.";
        await FromAsync("/signal/stories/keys", ("text", Words));

        (await FromAsync("/signal/issues/2026-11-23", ("text", $" {Words}\r\n"), ("rating", "poor"))).Text.ShouldContain("Thank you");
        (await TakesAsync()).Count.ShouldBe(1);

        site.Time.Advance(TimeSpan.FromHours(25));
        await FromAsync("/signal/issues/2026-11-23", ("text", Words));
        (await TakesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_few_words_come_from_several_people_on_one_day()
    {
        await FromAsync("/signal/stories/keys", ("text", "Thank you!"));
        await FromAsync("/signal/stories/keys", ("text", "Thank you!"));

        (await TakesAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Programs_are_thanked_and_nothing_is_kept()
    {
        var page = await FromAsync("/signal/stories/keys", ("text", "Hello."), ("homepage", "https://spam.example.net"));

        page.Text.ShouldContain("Thank you");
        (await TakesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "faster than anybody reads")]
    [InlineData(1, "faster than anybody reads")]
    [InlineData(2, null)]
    [InlineData(2 * 86400, null)]
    [InlineData((2 * 86400) + 1, "open for very long")]
    public async Task Too_fast_and_too_old_is_refused_kindly_and_loses_nothing(int seconds, string? problem)
    {
        var fields = await FormAsync("/signal/stories/keys", wait: false);
        site.Time.Advance(TimeSpan.FromSeconds(seconds));

        var page = await site.PostAsync(OfStory, [.. fields, ("rating", "poor"), ("text", "You missed <this> & that."), ("address", "reader@example.org")]);

        if (problem is null)
        {
            page.Text.ShouldContain("Thank you");
            (await TakesAsync()).Count.ShouldBe(1);
            return;
        }

        ShouldBeKept(page, problem);
        (await TakesAsync()).ShouldBeEmpty();
        site.Time.Advance(TimeSpan.FromSeconds(5));
        (await site.PostAsync(OfStory, [.. FieldsOf(page), ("rating", "poor"), ("text", "You missed <this> & that.")])).Text.ShouldContain("Thank you");
        (await TakesAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1764000000-AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("-")]
    [InlineData("x-y")]
    public async Task A_form_that_is_not_ours_is_refused(string stamp)
    {
        var page = await site.PostAsync(OfStory, ("rating", "poor"), ("text", "You missed <this> & that."), ("address", "reader@example.org"), ("stamp", stamp));

        ShouldBeKept(page, "open for very long");
        (await TakesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/json", "{\"rating\":\"good\"}")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\ncut short")]
    [InlineData("application/x-www-form-urlencoded", "text=%00&rating=good")]
    [InlineData("text/plain", "")]
    public async Task What_is_no_form_is_refused_and_breaks_nothing(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var page = await site.ReadAsync(new HttpRequestMessage(HttpMethod.Post, OfStory) { Content = content });

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Text.ShouldContain("<h1>");
        (await TakesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_of_one_page_is_good_for_no_other()
    {
        var fields = await FormAsync("/signal/issues/2026-11-23");

        (await site.PostAsync(OfStory, [.. fields, ("rating", "good")])).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await site.PostAsync(OfIssue, [.. fields, ("rating", "good")])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("", "", "Choose one of the three, or write a line")]
    [InlineData(" \r\n ", "", "Choose one of the three, or write a line")]
    [InlineData("http://a.example https://b.example www.c.example HTTPS://d.example", "", "More than 3 links")]
    [InlineData("Hello.", "reader at example", "Or leave the address out")]
    [InlineData("Hello.", "reader@example.org,other@example.org", "Or leave the address out")]
    public async Task What_cannot_be_taken_comes_back_with_a_sentence(string text, string address, string problem)
    {
        var page = await FromAsync("/signal/stories/keys", ("text", text), ("address", address));

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Parsed().QuerySelector("[role=alert]")!.TextContent.ShouldContain(problem);
        page.Parsed().QuerySelector("#take-address")!.GetAttribute("value").ShouldBe(address);
        (await TakesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Four_thousand_characters_fit_in_any_script_and_one_more_does_not()
    {
        foreach (var letter in (string[])["a", "字", "é"])
        {
            var fits = string.Concat(Enumerable.Repeat(letter, GiveTake.LongestText));
            (await FromAsync("/signal/stories/keys", ("text", fits))).Text.ShouldContain("Thank you");
            (await TakesAsync())[^1].Text.ShouldBe(fits);
        }

        var page = await FromAsync("/signal/stories/keys", ("text", new string('b', GiveTake.LongestText + 1)));
        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Parsed().QuerySelector("textarea")!.TextContent.Length.ShouldBe(GiveTake.LongestText + 1);
        page.Text.ShouldContain("That is 4001 characters; 4000 fit.");
    }

    [Fact]
    public async Task Text_is_kept_as_typed_without_what_nobody_types()
    {
        var page = await FromAsync("/signal/stories/keys", ("text", "\n\n  one\u001b[31m\ttwo\r\n\r\n<b>three</b>\u0085 "));

        page.Text.ShouldContain("Thank you");
        (await TakesAsync())[0].Text.ShouldBe("one[31m\ttwo\n\n<b>three</b>");
    }

    [Fact]
    public async Task What_was_typed_comes_back_with_its_first_empty_line()
    {
        var page = await FromAsync("/signal/stories/keys", ("text", "\r\n\r\n</textarea><script>alert(1)</script>"), ("address", "no address"));

        page.Parsed().QuerySelector("textarea")!.TextContent.ShouldBe("\n\n</textarea><script>alert(1)</script>");
    }

    [Fact]
    public async Task Takes_from_one_place_are_limited_and_nothing_typed_is_lost()
    {
        await StartAsync(("Digest:Web:TakesPerHour", "2"));
        await FromAsync("/signal/stories/keys", ("rating", "good"));
        await FromAsync("/signal/stories/keys", ("rating", "good"));

        var page = await FromAsync("/signal/stories/keys", ("rating", "poor"), ("text", "You missed <this> & that."), ("address", "reader@example.org"));

        page.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        page.Headers["Retry-After"].ShouldBe("3600");
        ShouldBeKept(page, "Many takes came from your network", HttpStatusCode.TooManyRequests);
        (await TakesAsync()).Count.ShouldBe(2);
        (await site.GetAsync(OfStory)).Status.ShouldBe(HttpStatusCode.OK);
        (await site.PostAsync("/signal", ("address", "reader@example.org"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Neither_who_spoke_nor_what_was_said_is_logged_and_a_take_that_failed_can_be_sent_again()
    {
        await StartAsync(("Digest:Web:TrustForwardedHeaders", "true"));
        var fields = (await FormAsync("/signal/stories/keys"))
            .Concat([("text", "Something said in confidence."), ("address", "reader@example.org"), ("rating", "good")]).ToList();
        Task<Page> SendAsync() => site.ReadAsync(new HttpRequestMessage(HttpMethod.Post, OfStory)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
            Headers = { { "X-Forwarded-For", "203.0.113.7" } },
        });

        await site.Database.ExecuteAsync("alter table digest.takes rename to gone");
        var failed = await SendAsync();
        await site.Database.ExecuteAsync("alter table digest.gone rename to takes");
        var taken = await SendAsync();

        failed.Status.ShouldBe(HttpStatusCode.InternalServerError);
        taken.Text.ShouldContain("Thank you");
        (await TakesAsync()).Count.ShouldBe(1);
        site.Log.Lines.ShouldNotBeEmpty();
        site.Log.Lines.ShouldNotContain(line => line.Contains("reader@example.org") || line.Contains("203.0.113.7") || line.Contains("in confidence"));
    }

    private static void ShouldBeKept(Page page, string problem, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        page.Status.ShouldBe(status);
        var form = page.Parsed();
        form.QuerySelector("[role=alert]")!.TextContent.ShouldContain(problem);
        ((IHtmlInputElement)form.QuerySelector("input[value=poor]")!).IsChecked.ShouldBeTrue();
        form.QuerySelector("textarea")!.TextContent.ShouldBe("You missed <this> & that.");
        form.QuerySelector("#take-address")!.GetAttribute("value").ShouldBe("reader@example.org");
    }

    private async Task StartAsync(params (string Name, string Value)[] settings)
    {
        if (site is not null)
        {
            await site.DisposeAsync();
        }

        site = await PublicSite.StartAsync(settings);
        story = await site.AddAsync(PublicContent.WholeStory());
        issueId = (await site.IssueOfAsync(PublicContent.Monday, story)).Id;
    }

    /// <summary>Opens a page, reads it for a while, and sends its form.</summary>
    private async Task<Page> FromAsync(string path, params (string Name, string Value)[] typed) => await site.PostAsync(
        $"{path}/take", [.. (await FormAsync(path)).Where(field => typed.All(one => one.Name != field.Name)), .. typed]);

    private async Task<(string Name, string Value)[]> FormAsync(string path, bool wait = true)
    {
        var fields = FieldsOf(await site.GetAsync(path));
        site.Time.Advance(wait ? TimeSpan.FromSeconds(10) : TimeSpan.Zero);
        return fields;
    }

    /// <summary>What a browser sends of a form that nobody has filled in, but for what tests fill in.</summary>
    private static (string Name, string Value)[] FieldsOf(Page page) =>
        [.. page.Parsed().QuerySelectorAll("form.take input[type=hidden], form.take .decoy input").Cast<IHtmlInputElement>().Select(input => (input.Name!, input.Value))];

    private async Task<List<Take>> TakesAsync()
    {
        await using var context = site.Database.NewContext();
        return await context.Takes.OrderBy(take => take.Id).ToListAsync(Token);
    }
}
