using AngleSharp.Html.Parser;
using Digest.Stories;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>On a phone the words and numbers of a table stay whole where they can.</summary>
public sealed class TableRoomTests
{
    [Theory]
    [InlineData("| Year | Sum |\n|---|---|\n| 2026 | 13,000,000 |", null)]
    [InlineData("| Attributed to | Exchanges | Share of the total | Disclosed |\n|---|---|---|---|\n| Moonshot AI | 28,800,000 | 63.5% | February 2026 |", "tight")]
    [InlineData("| One | Two | Three | Four | Five |\n|---|---|---|---|---|\n| a | b | c | d | e |", null)]
    [InlineData("| Word | Meaning |\n|---|---|\n| Donaudampfschifffahrtsgesellschaft | Grundstücksverkehrsgenehmigung |", "wide")]
    [InlineData("| One | Two | Three | Four | Five |\n|---|---|---|---|---|\n| 28,800,000 | 28,800,000 | 28,800,000 | 28,800,000 | 28,800,000 |", "wide")]
    public async Task Words_break_only_where_a_phone_has_no_room_for_them(string table, string? room)
    {
        var issue = SampleIssues.Ordinary();
        issue.Stories[0].BodyHtml = StoryMarkdown.ToHtml(table);

        var mail = await SampleIssues.Renderer.RenderIssueAsync(issue);

        var found = new HtmlParser().ParseDocument(mail.Html).QuerySelectorAll(".prose table").ShouldHaveSingleItem();
        found.GetAttribute("class").ShouldBe(room);
        found.QuerySelectorAll("td").ShouldAllBe(cell =>
            cell.GetAttribute("style")!.Contains(room == "wide" ? "word-break:break-word" : "word-break:normal", StringComparison.Ordinal));
        mail.Html.ShouldContain(".prose .tight td{padding-left:2px!important");
    }
}
