using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Digest.Rendering;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>Group A of the conformance checklist, as far as words and looks decide it; each test over every kind of mail.</summary>
public sealed partial class MailConformanceTests
{
    public static TheoryData<string> Mails() => ["ordinary", "one", "forty", "rtl", "awkward", "confirmation", "welcome"];

    public static TheoryData<string> Issues() => ["ordinary", "one", "forty", "rtl", "awkward"];

    [Theory, MemberData(nameof(Mails))]
    public async Task A3_line_ends_are_crlf_in_both_parts(string name)
    {
        var mail = await RenderAsync(name);

        BareLineEnd().IsMatch(mail.Html).ShouldBeFalse();
        BareLineEnd().IsMatch(mail.Text).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A4_lines_of_text_are_at_most_78_columns_where_no_url_is_longer(string name)
    {
        var mail = await RenderAsync(name);

        mail.Text.Split("\r\n").ShouldAllBe(line => line.Length <= TextTwin.Columns || (line.Contains("://") && !line.Trim().Contains(' ')));
        mail.Html.Split("\r\n").ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) < 8_000);
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A13_the_subject_is_one_short_line_without_control_characters(string name)
    {
        var mail = await RenderAsync(name);

        mail.Subject.ShouldNotBeEmpty();
        mail.Subject.ShouldNotContain(character => char.IsControl(character));
        new StringInfo(mail.Subject).LengthInTextElements.ShouldBeLessThanOrEqualTo(70);
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A14_the_html_part_is_small_enough_to_be_shown_whole(string name)
    {
        var mail = await RenderAsync(name);

        Encoding.UTF8.GetByteCount(mail.Html).ShouldBeLessThanOrEqualTo(90_000);
        MailSize.Fits(mail.Html).ShouldBeTrue();
    }

    [Fact]
    public async Task A23_a_story_that_spells_out_a_slot_carries_no_readers_link()
    {
        var issue = SampleIssues.Ordinary();
        issue.Stories[0].Body = $"Write {Slots.UnsubscribeUrl} in the template.";
        issue.Stories[0].BodyHtml = $"<p>Write {Slots.UnsubscribeUrl} in the template.</p>";
        issue.Stories[0].Title = $"What {Slots.ConfirmUrl} means";
        var plain = await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.Ordinary());

        var mail = await SampleIssues.Renderer.RenderIssueAsync(issue);

        mail.Html.Split(Slots.UnsubscribeUrl).Length.ShouldBe(plain.Html.Split(Slots.UnsubscribeUrl).Length);
        mail.Text.Split(Slots.UnsubscribeUrl).Length.ShouldBe(plain.Text.Split(Slots.UnsubscribeUrl).Length);
        (mail.Subject + mail.Html + mail.Text).ShouldNotContain(Slots.ConfirmUrl);
    }

    [Theory]
    [InlineData("{{unsubscribe_url}}")]
    [InlineData("{{{unsubscribe_url}}}")]
    [InlineData("{{{{unsubscribe_url}}")]
    [InlineData(@"{\{unsubscribe_url}}")]
    [InlineData("&#123;{unsubscribe_url}}")]
    [InlineData("&lbrace;&lbrace;unsubscribe_url}}")]
    public async Task A23_however_a_slot_is_spelled_a_story_carries_no_readers_link(string spelled)
    {
        var issue = SampleIssues.Ordinary() with { Introduction = spelled, Corrections = [new(SampleIssues.Court(), new Correction { Text = spelled })] };
        var lead = issue.Stories[0];
        (lead.Standfirst, lead.Body, lead.BodyHtml) = (spelled, spelled, StoryMarkdown.ToHtml(spelled));
        (lead.Holds, lead.KeyPoints, lead.CanonicalUrl) = ([spelled], [spelled], $"https://evil.example.org/?x={spelled}");
        lead.Number = new StoryNumber(spelled, spelled);
        lead.Sources[0].Url = $"https://evil.example.org/?x={spelled}";
        lead.FurtherReading = [new FurtherReading(spelled, $"https://evil.example.org/?x={spelled}")];

        var mail = await SampleIssues.Renderer.RenderIssueAsync(issue);

        // The layout's own, and no more.
        mail.Html.Split(Slots.UnsubscribeUrl).Length.ShouldBe(2);
        mail.Text.Split(Slots.UnsubscribeUrl).Length.ShouldBe(2);
        new SlotValues("https://digest.example.com/u/secret", "https://digest.example.com/p").Fill(mail).Html.Split("secret").Length.ShouldBe(2);
    }

    [Fact]
    public async Task A14_a_larger_issue_gives_up_detail_from_its_last_stories_and_says_where_the_rest_is()
    {
        var mail = await RenderAsync("forty");
        var html = Parse(mail);

        html.QuerySelectorAll("h2 a").Length.ShouldBe(40);
        Encoding.UTF8.GetByteCount(mail.Html).ShouldBeGreaterThan(80_000, "no more was taken away than had to be");
        html.QuerySelectorAll(".strip").Length.ShouldBeInRange(1, 38);
        html.Body!.TextContent.ShouldContain("Read all 40 stories online");
        mail.Text.ShouldContain("Read all 40 stories online");
        (await RenderAsync("forty")).ShouldBe(mail);
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A15_the_first_text_of_the_body_is_the_preheader(string name)
    {
        var mail = await RenderAsync(name);
        var first = Parse(mail).Body!.Descendants<IText>().First(text => !string.IsNullOrWhiteSpace(text.Data));

        first.Data.ShouldBe(mail.Preheader);
        mail.Preheader.ShouldNotBeEmpty();
        new StringInfo(mail.Preheader).LengthInTextElements.ShouldBeLessThanOrEqualTo(100);
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A16_language_and_direction_are_on_the_document_and_on_the_outer_wrapper(string name)
    {
        var html = Parse(await RenderAsync(name));

        foreach (var element in new[] { html.DocumentElement, html.Body!.FirstElementChild! })
        {
            element.GetAttribute("lang").ShouldBe("en-GB");
            element.GetAttribute("dir").ShouldBe("ltr");
        }
    }

    [Fact]
    public async Task A16_a_story_in_another_language_says_so_and_turns_its_block()
    {
        var html = Parse(await RenderAsync("rtl"));

        html.QuerySelector("td.lead")!.GetAttribute("lang").ShouldBe("ar");
        html.QuerySelector("td.lead")!.GetAttribute("dir").ShouldBe("rtl");
        html.QuerySelectorAll("td.story").Select(story => story.GetAttribute("lang")).ShouldContain("ja");
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A17_a_table_lays_out_and_says_so_or_holds_data_under_headers(string name)
    {
        foreach (var table in Parse(await RenderAsync(name)).QuerySelectorAll("table"))
        {
            if (table.GetAttribute("role") == "presentation")
            {
                table.QuerySelectorAll(":scope > tbody > tr > th").ShouldBeEmpty();
            }
            else
            {
                table.QuerySelectorAll("th").ShouldNotBeEmpty();
                table.QuerySelectorAll("th").ShouldAllBe(header => header.HasAttribute("scope"));
            }
        }
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A18_one_h1_headings_skip_no_level_and_every_link_says_where_it_leads(string name)
    {
        var html = Parse(await RenderAsync(name));
        var levels = html.QuerySelectorAll("h1,h2,h3,h4,h5,h6").Select(heading => heading.LocalName[1] - '0').ToList();

        levels.Count(level => level == 1).ShouldBe(1);
        levels.Zip(levels.Skip(1)).ShouldAllBe(pair => pair.Second <= pair.First + 1);
        html.QuerySelectorAll("a").ShouldAllBe(link => link.TextContent.Trim().Length > 3);
        html.QuerySelectorAll("img").ShouldAllBe(image => image.HasAttribute("alt") && image.HasAttribute("width") && image.HasAttribute("height"));
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A18_text_stands_out_from_its_ground_in_both_schemes(string name)
    {
        var html = Parse(await RenderAsync(name));

        Contrast.Weakest(html).ShouldBeGreaterThanOrEqualTo(4.5);
        Contrast.ApplyDarkScheme(html);
        Contrast.Weakest(html).ShouldBeGreaterThanOrEqualTo(4.5);
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A19_both_colour_schemes_are_declared(string name)
    {
        var html = Parse(await RenderAsync(name));

        html.QuerySelector("meta[name=color-scheme]")!.GetAttribute("content").ShouldBe("light dark");
        html.QuerySelector("meta[name=supported-color-schemes]")!.GetAttribute("content").ShouldBe("light dark");
        html.QuerySelector("style")!.TextContent.ShouldContain(":root{color-scheme:light dark");
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A20_without_style_block_the_mail_is_one_column_in_order(string name)
    {
        var html = Parse(await RenderAsync(name));
        html.QuerySelector("style")!.Remove();

        html.QuerySelectorAll("[style]").ShouldAllBe(element => !Layout().IsMatch(element.GetAttribute("style")!));
        html.QuerySelectorAll("table[width]").Select(table => table.GetAttribute("width")!).ShouldAllBe(width => width == "100%" || int.Parse(width, CultureInfo.InvariantCulture) <= 600);
        var words = html.Body!.TextContent;
        words.IndexOf("The Undertow", StringComparison.Ordinal).ShouldBeLessThan(words.IndexOf("Hafenstrasse", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A21_looks_are_inline_beside_one_small_block_and_nothing_runs(string name)
    {
        var html = Parse(await RenderAsync(name));
        var block = html.QuerySelectorAll("style").ShouldHaveSingleItem().TextContent;

        block.Length.ShouldBeLessThan(16_000);
        block.Count(character => character == '{').ShouldBe(block.Count(character => character == '}'));
        block.ShouldNotContain("var(");
        html.QuerySelectorAll("p,h1,h2,h3,td[class]").ShouldAllBe(element => element.HasAttribute("style"));
        html.QuerySelectorAll("script,form,input,button,link,iframe,object,embed,video,audio").ShouldBeEmpty();
        html.All.SelectMany(element => element.Attributes).ShouldAllBe(attribute => !attribute.Name.StartsWith("on"));
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A22_both_parts_lead_to_the_same_places(string name)
    {
        var mail = await RenderAsync(name);
        var html = Parse(mail).QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!).ToHashSet();
        var text = Link().Matches(mail.Text).Select(match => match.Value).ToHashSet();

        text.ShouldBe(html, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task A22_the_text_part_has_no_entities_and_the_postal_address(string name)
    {
        var mail = await RenderAsync(name);

        Entity().IsMatch(mail.Text).ShouldBeFalse();
        mail.Text.ShouldContain("Hafenstrasse 12\r\n20359 Hamburg, Germany");
        Parse(mail).QuerySelector(".foot")!.TextContent.ShouldContain("Hafenstrasse 12");
    }

    [Theory, MemberData(nameof(Issues))]
    public async Task A22_every_story_is_in_the_text_part_with_the_way_to_leave(string name)
    {
        var mail = await RenderAsync(name);
        var words = Spaces().Replace(mail.Text, " ");

        IssueOf(name).Stories.ShouldAllBe(story => words.Contains(OneLine.Of(story.Title)));
        mail.Text.ShouldContain($"\r\n{Slots.UnsubscribeUrl}\r\n");
        mail.Text.ShouldContain($"\r\n{Slots.PreferencesUrl}\r\n");
    }

    [Fact]
    public async Task A23_what_a_story_says_is_words_never_markup()
    {
        var mail = await RenderAsync("awkward");
        var html = Parse(mail);

        html.QuerySelector("td.lead h2")!.TextContent.ShouldBe(SampleIssues.LongTitle().Title);
        mail.Text.ShouldContain("Tags such as <b> & entities such as & are words here, not markup.");
        mail.Html.ShouldNotContain("steal()");
        html.QuerySelectorAll("script,iframe,img,[onclick],[onerror]").ShouldBeEmpty();
        html.QuerySelectorAll("[href]").ShouldAllBe(link => !link.GetAttribute("href")!.StartsWith("javascript"));
    }

    [Theory, MemberData(nameof(Mails))]
    public async Task Characters_beyond_ascii_are_written_as_they_are(string name)
    {
        (await RenderAsync(name)).Html.ShouldNotContain("&#");
    }

    [Theory, MemberData(nameof(Issues))]
    public async Task Slots_are_in_both_parts_and_filling_leaves_none(string name)
    {
        var mail = await RenderAsync(name);
        var filled = new SlotValues("https://digest.example.com/u/t", "https://digest.example.com/preferences/t").Fill(mail);

        mail.Html.ShouldContain($"href=\"{Slots.UnsubscribeUrl}\"");
        (filled.Html + filled.Text).ShouldNotContain("{{");
    }

    private static IssueModel IssueOf(string name) => name switch
    {
        "ordinary" => SampleIssues.Ordinary(),
        "one" => SampleIssues.One(),
        "forty" => SampleIssues.Forty(),
        "rtl" => SampleIssues.RightToLeftAndEmoji(),
        _ => SampleIssues.Awkward(),
    };

    private static Task<RenderedMail> RenderAsync(string name) => name switch
    {
        "confirmation" => SampleIssues.Renderer.RenderConfirmationAsync(SampleIssues.NewNewsletter()),
        "welcome" => SampleIssues.Renderer.RenderWelcomeAsync(SampleIssues.NewNewsletter(), (SampleIssues.Week.Previous, "Last week’s lead")),
        _ => SampleIssues.Renderer.RenderIssueAsync(IssueOf(name)),
    };

    private static IHtmlDocument Parse(RenderedMail mail) => new HtmlParser().ParseDocument(mail.Html);

    [GeneratedRegex(@"(?<!\r)\n|\r(?!\n)")]
    private static partial Regex BareLineEnd();

    [GeneratedRegex(@"https?://[^\s()]+|\{\{\w+\}\}")]
    private static partial Regex Link();

    [GeneratedRegex("&[#a-z0-9]+;")]
    private static partial Regex Entity();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"display:\s*(flex|grid)|float:|position:")]
    private static partial Regex Layout();
}
