using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Digest.Rendering;
using MimeKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Conformance;

/// <summary>Message format, item by item, on the bytes that arrived (checklist group A).</summary>
[Collection(nameof(CapturedMonday))]
public sealed partial class GroupA(CapturedMonday monday)
{
    public static readonly TheoryData<string> Kinds = ["issue", "confirmation", "welcome"];

    [Theory, MemberData(nameof(Kinds))]
    public void A1_The_text_comes_first_and_the_html_last(string kind)
    {
        var mail = monday[kind];

        mail.Alternatives.Select(part => part.ContentType.MimeType).ShouldBe(["text/plain", "text/html"]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A2_No_bare_cr_or_lf(string kind) => BareLineEnd().Count(monday[kind].Raw).ShouldBe(0);

    [Theory, MemberData(nameof(Kinds))]
    public void A3_Decoded_text_has_crlf_line_ends(string kind)
    {
        foreach (var part in monday[kind].Parts)
        {
            BareLineEnd().Count(CapturedMail.Decoded(part)).ShouldBe(0);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A4_No_line_is_longer_than_998_no_body_line_than_78_no_encoded_one_than_76(string kind)
    {
        var mail = monday[kind];

        mail.Lines.Max(line => line.Length).ShouldBeLessThanOrEqualTo(998);
        mail.Lines.SkipWhile(line => line.Length > 0).Max(line => line.Length).ShouldBeLessThanOrEqualTo(78);
        foreach (var part in mail.Parts.Where(part => part.ContentTransferEncoding != ContentEncoding.SevenBit))
        {
            using var content = new StreamReader(part.Content!.Stream!, Encoding.Latin1, leaveOpen: true);
            content.ReadToEnd().Split("\r\n").Max(line => line.Length).ShouldBeLessThanOrEqualTo(76);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A5_Every_octet_is_seven_bit_and_latin_text_is_quoted_printable(string kind)
    {
        var mail = monday[kind];

        mail.Raw.ShouldAllBe(octet => octet < 128);
        mail.Parts.ShouldAllBe(part => part.ContentTransferEncoding == ContentEncoding.QuotedPrintable
            || part.ContentTransferEncoding == ContentEncoding.SevenBit);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A6_Both_parts_declare_utf_8(string kind) =>
        monday[kind].Parts.ShouldAllBe(part => string.Equals(part.ContentType.Charset, "utf-8", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void A6_Emoji_and_right_to_left_text_arrive_whole()
    {
        var issue = monday["issue"];

        foreach (var body in (string[])[issue.HtmlBody, issue.Text])
        {
            body.EnumerateRunes().ShouldContain(rune => rune.Value > 0x1F000, "an emoji");
            body.ShouldContain(character => (character >= '\u0590' && character <= '\u06FF'), "a right-to-left letter");
            body.ShouldNotContain('\uFFFD');
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A7_One_message_id_on_our_domain(string kind)
    {
        var mail = monday[kind];

        mail.Count("Message-ID").ShouldBe(1);
        mail.Message.MessageId!.ShouldMatch(@"@([a-z]+\.)?example\.com$");
        mail.Message.MessageId!.ShouldNotContain(Environment.MachineName);
        mail.Message.MessageId!.Length.ShouldBeLessThanOrEqualTo(500);
    }

    [Fact]
    public void A7_No_two_readers_share_a_message_id() =>
        monday.Issues.Select(mail => mail.Message.MessageId).ShouldBeUnique();

    [Fact]
    public void A8_Every_reader_gets_the_same_date_fixed_before_sending()
    {
        var dates = monday.Issues.Select(mail => mail.Message.Date).Distinct().ToList();

        dates.Count.ShouldBe(1);
        dates[0].ShouldBe(monday.QueuedAt, TimeSpan.FromSeconds(1));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A9_Each_address_field_once_and_only_this_reader_in_to(string kind)
    {
        var mail = monday[kind];

        ((string[])["From", "To", "Subject", "Date", "Message-ID", "Reply-To"]).ShouldAllBe(name => mail.Count(name) == 1);
        mail.Count("Bcc").ShouldBe(0);
        mail.Count("Cc").ShouldBe(0);
        mail.Message.From.Mailboxes.Count().ShouldBe(1);
        mail.Message.To.Mailboxes.Single().Address.ShouldBe(mail.Received.Recipient);
        mail.Subject.ShouldNotMatch("^(?i)(re|fwd?):");
        mail.Message.From.Mailboxes.Single().Name!.EnumerateRunes().ShouldAllBe(rune => rune.Value < 0x2190);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A10_One_mime_version(string kind)
    {
        monday[kind].Count("MIME-Version").ShouldBe(1);
        monday[kind].Header("MIME-Version").ShouldBe("1.0");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A11_Encoded_words_are_at_most_75_long_on_lines_of_at_most_76(string kind)
    {
        foreach (var name in (string[])["Subject", "From"])
        {
            var field = monday[kind].RawHeader(name);
            EncodedWord().Matches(field).ShouldAllBe(word => word.Length <= 75);
            field.Split("\r\n").ShouldAllBe(line => line.Length <= 76 || !line.Contains("=?", StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A12_List_headers_and_ids_are_plain_ascii(string kind)
    {
        foreach (var field in monday[kind].RawHeaders.Where(field => IdentityField().IsMatch(field)))
        {
            field.ShouldNotContain("=?");
            field.ShouldAllBe(character => character < 128);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A13_No_header_or_command_but_ours(string kind)
    {
        // The newsletter's name and a story's title hold what would end a header or an address, were it not encoded.
        monday[kind].RawHeaders.Select(field => field[..field.IndexOf(':', StringComparison.Ordinal)]).ShouldBeSubsetOf(
        [
            "DKIM-Signature", "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted",
            "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Post", "List-Owner", "Feedback-ID", "Precedence",
        ], StringComparer.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A14_The_html_is_below_the_clipping_limit_decoded_and_encoded(string kind)
    {
        var mail = monday[kind];
        var html = mail.Parts.Last();

        Encoding.UTF8.GetByteCount(mail.HtmlBody).ShouldBeLessThan(102_400);
        Encoding.UTF8.GetByteCount(mail.HtmlBody).ShouldBeLessThanOrEqualTo(90 * 1024);
        html.Content!.Stream!.Length.ShouldBeLessThan(102_400);
        mail.RawHeaders.ShouldAllBe(field => field.Length <= 32 * 1024);
        mail.Subject.Length.ShouldBeLessThanOrEqualTo(998);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A15_The_preheader_is_the_first_text(string kind)
    {
        var first = monday[kind].Html.Body!.Descendants<IText>().Select(node => node.Data.Trim()).First(text => text.Length > 0);

        first.Length.ShouldBeInRange(10, 110);
        first.ShouldNotBe(monday[kind].Subject);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A16_Language_and_direction_on_the_document_and_on_the_wrapper(string kind)
    {
        var html = monday[kind].Html;

        html.DocumentElement.GetAttribute("lang").ShouldBe("en");
        html.DocumentElement.GetAttribute("dir").ShouldBe("ltr");
        html.Body!.Children.ShouldContain(child => child.GetAttribute("lang") == "en" && child.GetAttribute("dir") == "ltr");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A17_Layout_tables_are_presentation_and_data_tables_have_header_cells(string kind) =>
        monday[kind].Html.QuerySelectorAll("table").ShouldAllBe(table =>
            table.GetAttribute("role") == "presentation" || table.QuerySelector("th[scope]") != null);

    [Theory, MemberData(nameof(Kinds))]
    public void A18_One_h1_described_images_and_links_with_words(string kind)
    {
        var html = monday[kind].Html;

        html.QuerySelectorAll("h1").Length.ShouldBe(1);
        html.QuerySelectorAll("img").ShouldAllBe(image => image.HasAttribute("alt") && image.HasAttribute("width") && image.HasAttribute("height"));
        html.QuerySelectorAll("a").ShouldAllBe(link => link.TextContent.Trim().Length > 1);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A19_Both_colour_schemes_are_declared(string kind)
    {
        var html = monday[kind].Html;

        html.QuerySelector("meta[name=color-scheme]")!.GetAttribute("content").ShouldBe("light dark");
        html.QuerySelector("meta[name=supported-color-schemes]")!.GetAttribute("content").ShouldBe("light dark");
        html.QuerySelector("style")!.TextContent.ShouldContain("color-scheme");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A20_At_most_600_pixels_wide_without_flex_or_grid(string kind)
    {
        var html = monday[kind].Html;

        html.QuerySelectorAll("[width]").Select(element => element.GetAttribute("width")!).Where(width => !width.EndsWith('%'))
            .ShouldAllBe(width => int.Parse(width, CultureInfo.InvariantCulture) <= 600);
        html.QuerySelectorAll("[style]").ShouldAllBe(element => !FlexOrGrid().IsMatch(element.GetAttribute("style")!));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A21_One_small_style_block_no_script_no_form_nothing_external(string kind)
    {
        var html = monday[kind].Html;

        html.QuerySelectorAll("style").Single().TextContent.Length.ShouldBeLessThan(16 * 1024);
        html.QuerySelectorAll("script, form, input, link, iframe, object, embed").ShouldBeEmpty();
        html.QuerySelectorAll("p, h1, h2, a").ShouldAllBe(element => element.HasAttribute("style"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A22_The_text_twin_says_the_same_without_entities_within_78_columns(string kind)
    {
        var mail = monday[kind];
        var inHtml = mail.Html.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!).Where(url => !url.StartsWith('#'));

        Entity().Count(mail.Text).ShouldBe(0);
        mail.Text.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 78).ShouldAllBe(line => line.Contains("http", StringComparison.Ordinal));
        Url().Matches(mail.Text).Select(match => match.Value).ToHashSet().ShouldBe(inHtml.ToHashSet(), ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A23_Nothing_in_the_html_can_act(string kind)
    {
        var elements = monday[kind].Html.All;

        elements.SelectMany(element => element.Attributes).ShouldAllBe(attribute =>
            !attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
            && !attribute.Value.Contains("javascript:", StringComparison.OrdinalIgnoreCase));
        foreach (var slot in Slots.All)
        {
            monday[kind].HtmlBody.ShouldNotContain(slot);
            monday[kind].Text.ShouldNotContain(slot);
        }
    }

    [GeneratedRegex("(?<!\r)\n|\r(?!\n)")]
    private static partial Regex BareLineEnd();

    [GeneratedRegex(@"=\?[^?\s]+\?[BQbq]\?[^?\s]*\?=")]
    private static partial Regex EncodedWord();

    [GeneratedRegex("^(Message-ID|List-|Feedback-ID)", RegexOptions.IgnoreCase)]
    private static partial Regex IdentityField();

    [GeneratedRegex("display\\s*:\\s*(flex|grid)")]
    private static partial Regex FlexOrGrid();

    [GeneratedRegex("&[#a-z0-9]+;", RegexOptions.IgnoreCase)]
    private static partial Regex Entity();

    [GeneratedRegex(@"https?://[^\s<>)]+[^\s<>).,]")]
    private static partial Regex Url();
}
