using System.Text.RegularExpressions;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Rendering;
using Shouldly;
using Xunit;

namespace Digest.Tests.Rendering;

/// <summary>Each check finds what it is for, says where and what to do, and is silent about the mail before it was spoilt.</summary>
public sealed partial class PreflightTests
{
    private static readonly Task<RenderedMail> Ordinary = SampleIssues.Renderer.RenderIssueAsync(SampleIssues.Ordinary());

    private static Newsletter Newsletter { get; } = SampleIssues.NewNewsletter();

    [Fact]
    public async Task The_mail_that_the_others_spoil_has_no_finding()
    {
        Preflight.Check(Newsletter, await Ordinary, "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("links", "leads nowhere", "<a href=\"\">an empty one</a>")]
    [InlineData("links", "leads nowhere", "<a>one that intake stripped</a>")]
    [InlineData("links", "no mail client opens", "<a href=\"/relative\">a place</a>")]
    [InlineData("links", "no mail client opens", "<a href=\"https://example.org/with space\">a place</a>")]
    [InlineData("links", "no mail client opens", "<a href=\"ftp://example.org/\">a place</a>")]
    [InlineData("links", "no mail client opens", "<a href=\"mailto:nobody\">a place</a>")]
    [InlineData("links", "readers cannot reach", "<a href=\"https://10.1.2.3/a\">a place</a>")]
    [InlineData("links", "readers cannot reach", "<a href=\"http://localhost:5000/a\">a place</a>")]
    [InlineData("links", "readers cannot reach", "<a href=\"http://[fd00::1]/a\">a place</a>")]
    [InlineData("links", "readers cannot reach", "<a href=\"https://cms.internal/a\">a place</a>")]
    [InlineData("links", "has no words", "<a href=\"https://example.org/\"></a>")]
    [InlineData("links", "has no words", "<a href=\"https://example.org/\"><img src=\"https://example.org/a.png\" alt=\"\" width=\"9\" height=\"9\"></a>")]
    [InlineData("leftovers", "{{first_name}}", "Dear {{first_name}}")]
    [InlineData("leftovers", "{% if", "{% if reader %}hello")]
    [InlineData("leftovers", "%%NAME%%", "Dear %%NAME%%")]
    [InlineData("leftovers", "[[Page]]", "See [[Page]] for more")]
    [InlineData("leftovers", "{{shop_url}}", "<a href=\"{{shop_url}}\">the shop</a>")]
    [InlineData("active", "<script>", "<script>track()</script>")]
    [InlineData("active", "<form>", "<form action=\"https://example.org/\"></form>")]
    [InlineData("active", "<iframe>", "<iframe src=\"https://example.org/\"></iframe>")]
    [InlineData("active", "onclick", "<span onclick=\"go()\">words</span>")]
    [InlineData("active", "javascript:go()", "<a href=\"javascript:go()\">words</a>")]
    [InlineData("active", "data:image", "<img src=\"data:image/png;base64,AA\" alt=\"x\" width=\"9\" height=\"9\">")]
    [InlineData("tracking", "who opened", "<img src=\"https://example.org/p.gif?r=1\" alt=\"\" width=\"1\" height=\"1\">")]
    [InlineData("tracking", "who opened", "<img src=\"https://example.org/p.gif?r=1\" alt=\"\" style=\"width:0px;height:0px\">")]
    public async Task What_must_not_go_out_is_an_error(string check, string words, string html) =>
        (await FindingsAsync(html)).ShouldContain(finding =>
            finding.Check == check && finding.Severity == PreflightSeverity.Error && finding.Finding.Contains(words) && finding.Remedy.Length > 0);

    [Theory]
    [InlineData("links", "by http", "<a href=\"http://undertow.example.com/other\">the other page</a>")]
    [InlineData("links", "read out twice", "<a href=\"https://example.org/a\">The title</a> <a href=\"https://example.org/a\">and the rest</a>")]
    [InlineData("links", "does not say where it leads", "<a href=\"https://example.org/a\">click here</a>")]
    [InlineData("links", "does not say where it leads", "<a href=\"https://example.org/a\">Read more…</a>")]
    [InlineData("leftovers", "TODO", "TODO: ask the court")]
    [InlineData("leftovers", "Lorem ipsum", "Lorem ipsum dolor")]
    [InlineData("leftovers", "Untitled", "<strong>Untitled</strong>")]
    [InlineData("images", "no alt text", "<img src=\"https://example.org/a.png\" width=\"90\" height=\"90\">")]
    [InlineData("images", "width and height", "<img src=\"https://example.org/a.png\" alt=\"A chart\" width=\"90\">")]
    [InlineData("images", "over https", "<img src=\"http://example.org/a.png\" alt=\"A chart\" width=\"90\" height=\"90\">")]
    [InlineData("headings", "2 headings of the first level", "<h1>Another</h1>")]
    [InlineData("headings", "level 5 after one of 2", "<h2>Two</h2><h5>Five</h5>")]
    [InlineData("headings", "is empty", "<h3> </h3>")]
    [InlineData("tables", "no headers", "<table><tr><td>1</td></tr></table>")]
    [InlineData("tables", "does not say what it heads", "<table><tr><th>Year</th></tr><tr><td>1</td></tr></table>")]
    [InlineData("tables", "only lays out", "<table role=\"presentation\"><tr><th scope=\"col\">Year</th></tr></table>")]
    [InlineData("contrast", "light scheme", "<span style=\"color:#bbbbbb\">pale words</span>")]
    [InlineData("contrast", "dark scheme", "<span style=\"color:#221e19;background-color:#fffefb\" class=\"foot-link\">words</span>")]
    [InlineData("contrast", "light scheme", "<span style=\"background:#221e19 none\">dark on dark</span>")]
    [InlineData("contrast", "light scheme", "<span style=\"color:silver\">named</span>")]
    [InlineData("spam", "GUARANTEED_100_PERCENT", "100% guaranteed")]
    [InlineData("spam", "URG_BIZ", "We have an urgent business proposal")]
    [InlineData("spam", "MONEY_BACK", "with a money back guarantee")]
    [InlineData("text", "is not in the text part", "<a href=\"https://example.org/only-in-html\">the annex</a>")]
    [InlineData("text", "“A heading nobody reads” is not in the text part", "<h2>A heading nobody reads</h2>")]
    public async Task What_should_be_mended_is_a_warning(string check, string words, string html) =>
        (await FindingsAsync(html)).ShouldContain(finding =>
            finding.Check == check && finding.Severity == PreflightSeverity.Warning && finding.Finding.Contains(words) && finding.Remedy.Length > 0);

    [Theory]
    [InlineData("<code>{{first_name}} TODO [[Page]]</code>")]
    [InlineData("<pre>{% if reader %}</pre>")]
    [InlineData("A to-do list, and a method that is untitled so far.")]
    [InlineData("It is urgent, and the court is slow in all its business.")]
    [InlineData("<span style=\"display:none;color:#ffffff\">nobody sees it</span>")]
    [InlineData("<span style=\"color:#767676;font-size:24px\">large words need less</span>")]
    [InlineData("<span style=\"font:bold 19px/24px Georgia;color:#8a8780\">so do bold ones</span>")]
    [InlineData("<a href=\"https://undertow.example.com/2026/weights\" aria-label=\"Read more: A court asked\">Read more</a>")]
    [InlineData("<img src=\"https://example.org/line.png\" alt=\"\" width=\"600\" height=\"12\">")]
    [InlineData("<img src=\"https://example.org/chart.png\" alt=\"A chart\" style=\"width:100%;height:auto\">")]
    [InlineData("<table role=\"presentation\"><tr><td>1</td></tr></table>")]
    [InlineData("<table><tr><th scope=\"col\">Year</th></tr><tr><td>1</td></tr></table>")]
    [InlineData("<a name=\"top\"></a>")]
    public async Task What_is_fine_is_not_found(string html) => (await FindingsAsync(html)).ShouldBeEmpty();

    [Theory]
    [InlineData("", PreflightSeverity.Error, "has no subject")]
    [InlineData("Re: your letter about keys", PreflightSeverity.Error, "15 U.S.C. 7704(a)(2)")]
    [InlineData("FWD: the week", PreflightSeverity.Error, "15 U.S.C. 7704(a)(2)")]
    [InlineData("AW: Die Woche", PreflightSeverity.Error, "15 U.S.C. 7704(a)(2)")]
    [InlineData("Two\u0007 bells", PreflightSeverity.Error, "control character")]
    [InlineData("THE WEEK IN CAPITALS", PreflightSeverity.Warning, "SUBJ_ALL_CAPS")]
    [InlineData("Keys! And doors!", PreflightSeverity.Warning, "several exclamation marks")]
    [InlineData("Keys! And doors?", PreflightSeverity.Warning, "PLING_QUERY")]
    [InlineData("🚀🚀🚀", PreflightSeverity.Warning, "no letter")]
    [InlineData("{{subject}}", PreflightSeverity.Error, "nothing fills")]
    [InlineData("Untitled", PreflightSeverity.Warning, "left over")]
    public async Task A_subject_is_judged(string subject, PreflightSeverity severity, string words)
    {
        var found = Preflight.Check(Newsletter, await Ordinary with { Subject = subject }, "");

        found.ShouldContain(finding => finding.Severity == severity && finding.Finding.Contains(words));
    }

    [Fact]
    public async Task A_subject_that_is_cut_is_judged_as_it_was_written()
    {
        var mail = await SampleIssues.Renderer.RenderIssueAsync(SampleIssues.Ordinary() with
        {
            Subject = "A subject of far more characters than the seventy that most inboxes have room for",
        });

        mail.Subject.ShouldBe("A subject of far more characters than the seventy that most inboxes…");
        Preflight.Check(Newsletter, mail, "").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            finding => finding.Severity.ShouldBe(PreflightSeverity.Warning),
            finding => finding.Finding.ShouldEndWith("has 81 characters and is cut to the 70 that most inboxes show."));
    }

    [Theory]
    [InlineData("Regarding keys: a letter")]
    [InlineData("NVIDIA")]
    [InlineData("🚀 Launch week: 14 tools, one that works")]
    [InlineData("Who holds the keys?")]
    [InlineData("言語モデルは誰のために要約するのか")]
    [InlineData("28.8")]
    public async Task A_good_subject_is_left_alone(string subject) =>
        Preflight.Check(Newsletter, await Ordinary with { Subject = subject }, "").ShouldBeEmpty();

    [Theory]
    [InlineData("", "no preheader")]
    [InlineData("Short.", "6 characters")]
    [InlineData("The letter about copied models is really a letter about keys, and more.", "repeats the subject")]
    public async Task A_preheader_is_judged(string preheader, string words)
    {
        var mail = await Ordinary;

        var found = Preflight.Check(Newsletter, mail with { Preheader = preheader, Html = mail.Html.Replace(mail.Preheader, preheader) }, "");

        found.ShouldHaveSingleItem().Finding.ShouldContain(words);
    }

    [Fact]
    public async Task A_mail_that_begins_with_other_words_than_its_preheader_is_found()
    {
        var mail = await Ordinary;

        Preflight.Check(Newsletter, mail with { Html = BodyTag().Replace(mail.Html, match => match.Value + "View in browser") }, "")
            .ShouldHaveSingleItem().Finding.ShouldContain("begins with “View in browser”");
    }

    [Fact]
    public async Task Whoever_cannot_leave_or_see_who_writes_is_an_error_in_either_part()
    {
        var mail = await Ordinary;
        var spoilt = mail with
        {
            Html = mail.Html.Replace(Slots.UnsubscribeUrl, "https://undertow.example.com/bye").Replace("Hafenstrasse 12", ""),
            Text = mail.Text.Replace(Slots.UnsubscribeUrl, "https://undertow.example.com/bye").Replace("Hafenstrasse 12", ""),
        };

        Preflight.Check(Newsletter, spoilt, "").Where(finding => finding.Severity == PreflightSeverity.Error).Select(finding => finding.Check)
            .ShouldBe(["leaving", "leaving", "address", "address"]);
    }

    [Fact]
    public async Task Missing_preferences_are_a_warning()
    {
        var mail = await Ordinary;

        Preflight.Check(Newsletter, mail with { Text = mail.Text.Replace(Slots.PreferencesUrl, "") }, "")
            .ShouldHaveSingleItem().Severity.ShouldBe(PreflightSeverity.Warning);
    }

    [Fact]
    public async Task Size_counts_with_the_longest_links_and_warns_before_clients_cut()
    {
        var mail = await Ordinary;
        RenderedMail Larger(int bytes) => mail with { Html = mail.Html.Replace("</head>", $"<!--{new string('x', bytes)}--></head>") };

        Preflight.Check(Newsletter, Larger(90_000 - mail.Html.Length - 500), "").ShouldBeEmpty();
        Preflight.Check(Newsletter, Larger(91_000 - mail.Html.Length), "").ShouldHaveSingleItem().Severity.ShouldBe(PreflightSeverity.Warning);
        var cut = Preflight.Check(Newsletter, Larger(102_000 - mail.Html.Length), "").ShouldHaveSingleItem();
        (cut.Check, cut.Severity).ShouldBe(("size", PreflightSeverity.Error));
    }

    [Theory]
    [InlineData(" lang=\"en-GB\"", 2)]
    [InlineData(" dir=\"ltr\"", 2)]
    public async Task Language_and_direction_are_asked_of_document_and_wrapper(string attribute, int findings)
    {
        var mail = await Ordinary;

        var found = Preflight.Check(Newsletter, mail with { Html = mail.Html.Replace(attribute, "") }, "");

        found.Count(finding => finding.Check == "language").ShouldBe(findings);
    }

    [Fact]
    public async Task A_dark_scheme_that_forgets_a_ground_is_found_and_no_dark_scheme_is_not_judged()
    {
        var mail = await Ordinary;
        var forgotten = mail.Html.Replace(".sheet,.logo{background-color:#1b1a17!important}", "");

        Preflight.Check(Newsletter, mail with { Html = forgotten }, "").ShouldContain(finding => finding.Check == "contrast" && finding.Finding.Contains("dark scheme"));
        Preflight.Check(Newsletter, mail with { Html = StyleBlock().Replace(mail.Html, "") }, "").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_text_part_is_narrow_and_within_what_servers_take()
    {
        var mail = await Ordinary;
        var wide = Preflight.Check(Newsletter, mail with { Text = $"{mail.Text}{string.Join(' ', Enumerable.Repeat("word", 20))}\r\n" }, "").ShouldHaveSingleItem();
        var endless = Preflight.Check(Newsletter, mail with { Text = $"{mail.Text}https://example.org/{new string('x', 1000)}\r\n" }, "").ShouldHaveSingleItem();
        var braces = Preflight.Check(Newsletter, mail with { Text = $"{mail.Text}{{{{name}}}}\r\n" }, "").ShouldHaveSingleItem();

        (wide.Check, wide.Severity).ShouldBe(("text", PreflightSeverity.Warning));
        (endless.Check, endless.Severity).ShouldBe(("text", PreflightSeverity.Error));
        (braces.Check, braces.Severity).ShouldBe(("leftovers", PreflightSeverity.Error));
        Preflight.Check(Newsletter, mail with { Text = "" }, "").ShouldContain(finding => finding.Finding == "The text part is empty.");
    }

    [Fact]
    public async Task A_mail_that_is_one_picture_or_a_list_of_links_looks_like_spam()
    {
        var mail = await Ordinary;
        var image = BodyContent().Replace(mail.Html, "<body><p>Look:</p><img src=\"https://example.org/all.png\" alt=\"All of it\" width=\"600\" height=\"900\"></body>");
        var links = BodyContent().Replace(mail.Html, $"<body>{string.Concat(Enumerable.Range(1, 20).Select(n => $"<p><a href=\"https://example.org/{n}\">Place {n}</a> new</p>"))}</body>");

        Preflight.Check(Newsletter, mail with { Html = image }, "").ShouldContain(finding => finding.Finding.Contains("HTML_IMAGE_ONLY"));
        Preflight.Check(Newsletter, mail with { Html = links }, "").ShouldContain(finding => finding.Finding.Contains("list of links"));
    }

    [Fact]
    public async Task Own_pages_on_this_machine_are_a_warning_as_in_a_trial()
    {
        var mail = await Ordinary;
        var trial = mail with
        {
            Html = mail.Html.Replace("https://digest.example.com", "http://localhost:5080"),
            Text = mail.Text.Replace("https://digest.example.com", "http://localhost:5080"),
        };

        var only = Preflight.Check(Newsletter, trial, "").ShouldHaveSingleItem();

        only.Severity.ShouldBe(PreflightSeverity.Warning);
        only.Finding.ShouldContain("localhost:5080");
    }

    [Fact]
    public async Task A_finding_names_its_place_and_its_variant_and_errors_come_first()
    {
        var mail = await Ordinary;
        var html = EndOfLead().Replace(mail.Html, "<h3>What is <em>odd</em></h3><a href=\"https://example.org/a\">here</a><a href=\"x\">the annex</a>$0", 1);

        var found = Preflight.Check(Newsletter, mail with { Html = html }, "policy+safety");

        found[0].Finding.ShouldBe("The link “the annex” under “What is odd” leads to “x”, which no mail client opens.");
        found.ShouldAllBe(finding => finding.Variant == "policy+safety");
        found.Select(finding => finding.Severity).ShouldBeInOrder();
    }

    [Fact]
    public async Task Many_findings_of_a_kind_are_a_few_and_a_number()
    {
        var html = string.Concat(Enumerable.Range(1, 30).Select(n => $"<a href=\"https://undertow.example.com/2026/weights\">here</a> {n} "));

        var found = await FindingsAsync(html);

        found.Count.ShouldBe(6);
        found[^1].Finding.ShouldBe("25 more of the check “links”.");
    }

    /// <summary>Of the ordinary mail with something put at the end of its first paragraph of prose.</summary>
    private static async Task<IReadOnlyList<PreflightFinding>> FindingsAsync(string html)
    {
        var mail = await Ordinary;
        return Preflight.Check(Newsletter, mail with { Html = FirstProse().Replace(mail.Html, match => $"<div>{html}</div>{match.Value}", 1) }, "");
    }

    [GeneratedRegex("<body[^>]*>")]
    private static partial Regex BodyTag();

    [GeneratedRegex("<body.*</body>", RegexOptions.Singleline)]
    private static partial Regex BodyContent();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex StyleBlock();

    [GeneratedRegex("<div class=\"prose\"")]
    private static partial Regex FirstProse();

    [GeneratedRegex("<div class=\"columns\"")]
    private static partial Regex EndOfLead();
}
