using System.Globalization;
using System.Text;
using CsCheck;
using Digest.Stories.Feeds;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories.Feeds;

/// <summary>Feeds as they are found. Every outlet here is invented.</summary>
public sealed class FeedReaderTests
{
    private static readonly Uri Url = new("https://paper.example.org/feeds/all");

    private static readonly DateTimeOffset Morning = new(2026, 11, 13, 9, 30, 0, TimeSpan.Zero);

    private const string Rss = """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
          <channel>
            <title>The Paper</title><link>https://paper.example.org/</link><language>de-AT</language>
            <atom:link rel="self" href="https://paper.example.org/feeds/all"/>
            <item>
              <title>One &amp;amp; only</title><link>/2026/one?utm_source=rss</link><guid isPermaLink="false">tag:1</guid>
              <pubDate>Fri, 13 Nov 2026 09:30:00 GMT</pubDate><category>Agents</category><dc:subject>Policy</dc:subject>
              <description>A &lt;b&gt;short&lt;/b&gt; word.</description><content:encoded><![CDATA[<p>The whole <i>piece</i>.</p>]]></content:encoded>
            </item>
            <item><guid>https://paper.example.org/2026/two</guid><description>No title here.</description></item>
          </channel>
        </rss>
        """;

    private const string Atom = """
        <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://gazette.example.org/blog/" xml:lang="en">
          <title>Gazette</title>
          <entry>
            <id>urn:uuid:1</id><title type="html">Weights &amp;lt;70 GB&amp;gt; &amp;amp; more</title>
            <link rel="enclosure" href="https://gazette.example.org/a.mp3"/><link href="piece"/>
            <updated>2026-11-14T10:00:00Z</updated><published>2026-11-13T10:30:00+01:00</published>
            <category term="models" label="Models"/><summary>1 &lt; 2</summary>
            <content type="xhtml" xml:base="deep/"><div xmlns="http://www.w3.org/1999/xhtml"><p>See <a href="more">this</a>.</p></div></content>
          </entry>
        </feed>
        """;

    private const string Rdf = """
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
          <channel rdf:about="https://old.example.org/"><title>Old</title></channel>
          <item rdf:about="https://old.example.org/1"><title>First</title><link>https://old.example.org/1</link><dc:date>2026-11-13T09:30:00Z</dc:date></item>
          <item rdf:about="https://old.example.org/2"><title>Second</title><link>https://old.example.org/2</link></item>
        </rdf:RDF>
        """;

    private const string Json = """
        { "version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
          { "id": 17, "url": "/17", "title": "Seventeen", "content_html": "<p>x</p>", "summary": "1 < 2", "date_published": "2026-11-13T09:30:00Z", "tags": ["a", 5, "b"] },
          "nonsense",
          { "id": "https://json.example.org/2", "content_text": "Only\n\ntext", "date_published": 5, "title": null },
        ] }
        """;

    [Fact]
    public void Rss_2()
    {
        var entries = Read(Rss);

        entries.Select(entry => (entry.Identity, entry.Title, entry.Url)).ShouldBe([
            ("tag:1", "One & only", "https://paper.example.org/2026/one?utm_source=rss"),
            ("https://paper.example.org/2026/two", "", "https://paper.example.org/2026/two")]);
        entries[0].Published.ShouldBe(Morning);
        entries[0].Categories.ShouldBe(["Agents", "Policy"]);
        entries[0].Summary.ShouldBe("A <b>short</b> word.");
        entries[0].Content.ShouldBe("<p>The whole <i>piece</i>.</p>");
        entries[0].Language.ShouldBe("de-AT");
        entries[1].Published.ShouldBeNull();
    }

    [Fact]
    public void Atom_1()
    {
        var entry = Read(Atom).ShouldHaveSingleItem();

        (entry.Identity, entry.Title, entry.Url).ShouldBe(("urn:uuid:1", "Weights <70 GB> & more", "https://gazette.example.org/blog/piece"));
        entry.Published.ShouldBe(Morning);
        entry.Summary.ShouldBe("1 &lt; 2");
        entry.Base.AbsoluteUri.ShouldBe("https://gazette.example.org/blog/deep/");
        MarkdownWriter.Write(entry.Content!, entry.Base).ShouldBe("See [this](<https://gazette.example.org/blog/deep/more>).");
        entry.Categories.ShouldBe(["Models"]);
        entry.Language.ShouldBe("en");
    }

    [Fact]
    public void Rss_1() => Read(Rdf).Select(entry => (entry.Identity, entry.Title, entry.Url, entry.Published)).ShouldBe([
        ("https://old.example.org/1", "First", "https://old.example.org/1", Morning),
        ("https://old.example.org/2", "Second", "https://old.example.org/2", null)]);

    [Fact]
    public void Json_feed()
    {
        var entries = Read(Json);

        entries.Select(entry => (entry.Identity, entry.Title, entry.Url)).ShouldBe([
            ("17", "Seventeen", "https://paper.example.org/17"), ("https://json.example.org/2", "", "https://json.example.org/2")]);
        (entries[0].Published, entries[0].Summary).ShouldBe((Morning, "1 &lt; 2"));
        entries[0].Categories.ShouldBe(["a", "b"]);
        entries[1].Content.ShouldBe("<p>Only</p><p>text</p>");
    }

    [Theory]
    [InlineData("undeclared entities", "<rss><channel><item><title>Caf&eacute;&nbsp;opens &bogus; &</title></item><item><title>Next</title></item></channel></rss>", "Café opens &bogus; &|Next")]
    [InlineData("undeclared prefixes", "<rss><channel><item><title>A</title><media:title>No</media:title><itunes:title>No</itunes:title></item></channel></rss>", "A")]
    [InlineData("control characters", "<rss><channel><item><title>A\u0001\u0008B</title></item></channel></rss>", "AB")]
    [InlineData("broken off", "<rss><channel><item><title>One</title></item><item><title>Two", "One|Two")]
    [InlineData("elements never closed", "<rss><channel><item><title>One</title><description>x<br>y<p></description></item><item><title>Two</title></item></channel></rss>", "One|Two")]
    [InlineData("attributes without quotes", "<rss version=2.0><channel><item><title>One</title></item></channel></rss>", "One")]
    [InlineData("space before the declaration", "\n\n  <?xml version=\"1.0\"?><rss><channel><item><title>One</title></item></channel></rss>", "One")]
    [InlineData("more after the end", "<rss><channel><item><title>One</title></item></channel></rss><script>x</script>", "One")]
    [InlineData("items beside the channel", "<rss><channel><title>x</title></channel><item><title>One</title></item></rss>", "One")]
    [InlineData("Atom without its namespace", "<feed><entry><title>One</title><id>1</id></entry></feed>", "One")]
    [InlineData("a prefix for everything", "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>One</a:title><a:id>1</a:id></a:entry></a:feed>", "One")]
    [InlineData("other cases", "<RSS><Channel><Item><Title>One</Title></Item></Channel></RSS>", "One")]
    [InlineData("a title that is no markup", "<rss><channel><item><title>Why a &lt; b in List&lt;T&gt;</title></item></channel></rss>", "Why a < b in List<T>")]
    [InlineData("a title that is", "<rss><channel><item><title>&lt;em&gt;Why&lt;/em&gt; it matters</title></item></channel></rss>", "Why it matters")]
    public void What_is_not_well_formed_is_read_all_the_same(string what, string feed, string titles) =>
        string.Join('|', Read(feed).Select(entry => entry.Title)).ShouldBe(titles, what);

    [Theory]
    [InlineData("utf-8", null)]
    [InlineData("utf-16", null)]
    [InlineData("utf-16BE", null)]
    [InlineData("windows-1252", "windows-1252")]
    [InlineData("windows-1252", "iso-8859-1")]
    [InlineData("windows-1251", "windows-1251")]
    [InlineData("utf-8", "iso-8859-1")]
    public void A_charset_that_the_answer_names(string written, string? named)
    {
        var title = written == "windows-1251" ? "Новости" : "Grüße – “quoted” €";
        var bytes = Encoding(written).GetBytes($"<rss><channel><item><title>{title}</title></item></channel></rss>");

        FeedReader.Read(bytes, named, Url, TestContext.Current.CancellationToken).Entries.ShouldHaveSingleItem().Title.ShouldBe(title);
    }

    [Theory]
    [InlineData("windows-1252")]
    [InlineData("iso-8859-15")]
    [InlineData("utf-8")]
    public void A_charset_that_only_the_declaration_names(string charset)
    {
        var bytes = Encoding(charset).GetBytes($"<?xml version='1.0' encoding='{charset}'?><rss><channel><item><title>Grüße, 5 €</title></item></channel></rss>");

        FeedReader.Read(bytes, null, Url, TestContext.Current.CancellationToken).Entries.ShouldHaveSingleItem().Title.ShouldBe("Grüße, 5 €");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_byte_order_mark_is_believed_before_all_else(string charset)
    {
        var bytes = (byte[])[.. Encoding(charset).GetPreamble(), .. Encoding(charset).GetBytes("<?xml version='1.0' encoding='koi8-r'?><rss><channel><item><title>Grüße</title></item></channel></rss>")];

        FeedReader.Read(bytes, "windows-1251", Url, TestContext.Current.CancellationToken).Entries.ShouldHaveSingleItem().Title.ShouldBe("Grüße");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("<!doctype html><html><head><title>x</title></head><body><p>Hello", "is a web page")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "neither RSS nor Atom")]
    [InlineData("{ \"a\": 1 }", "no JSON Feed")]
    [InlineData("{ \"items\": [", "not well-formed JSON")]
    [InlineData("Service unavailable", "is no feed")]
    public void What_is_no_feed_is_a_problem(string text, string says) => Should.Throw<FeedException>(() => Read(text)).Message.ShouldContain(says);

    [Fact]
    public void A_document_type_unfolds_nothing()
    {
        var bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
            + "<rss><channel><item><title>1 &b; &x;</title></item></channel></rss>";

        Read(bomb).ShouldHaveSingleItem().Title.ShouldBe("1 &b; &x;");
    }

    [Fact]
    public void A_tree_without_end_is_a_problem_and_no_end_of_the_program()
    {
        foreach (var tag in (string[])["<a>", "<item>", "<rss>", "<div xmlns='http://www.w3.org/1999/xhtml'>"])
        {
            Should.Throw<FeedException>(() => Read($"<rss>{string.Concat(Enumerable.Repeat(tag, 100_000))}"));
        }

        Should.Throw<FeedException>(() => Read("{ \"items\": " + new string('[', 100_000)));
    }

    [Fact]
    public void Content_that_is_nested_without_end_is_left_out_and_its_entry_stays()
    {
        foreach (var tag in (string[])["<div>", "<ul><li>", "<b>", "<p><div>", "<div></x>", "<div></DIV-x>", "<div><!--</div>-->", "<div a='</div>'>", "<i><b></i>"])
        {
            var html = string.Concat(Enumerable.Repeat(tag, 12_000));
            html.Length.ShouldBeLessThan(FeedEntry.LongestHtml);
            var entry = Read($"<rss><channel><item><title>Deep</title><description><![CDATA[{html}]]></description></item></channel></rss>").ShouldHaveSingleItem();
            (entry.Title, entry.Summary).ShouldBe(("Deep", null));
        }

        var flat = string.Concat(Enumerable.Repeat("<p>One<br><img src=x><li>two", 2000));
        Read($"<rss><channel><item><title>Flat</title><description><![CDATA[{flat}]]></description></item></channel></rss>").Single().Summary.ShouldNotBeNull();
    }

    [Fact]
    public void Elements_that_every_paragraph_makes_anew_are_left_out()
    {
        var open = string.Concat(Enumerable.Range(0, 400).Select(number => $"<b id={number}>"));
        var html = $"<p>{open}{string.Concat(Enumerable.Repeat("</p><p>x", 20_000))}";

        Read($"<rss><channel><item><title>Bold</title><description><![CDATA[{html}]]></description></item></channel></rss>").Single().Summary.ShouldBeNull();
    }

    [Fact]
    public void A_long_piece_is_not_nested_without_end()
    {
        var html = string.Concat(Enumerable.Repeat("<div><p>A <a href='/x'>link</a> and <b>two <i>words</i></b>.</p></DIV>", 1000));

        Read($"<rss><channel><item><title>Long</title><description><![CDATA[{html}]]></description></item></channel></rss>").Single().Summary.ShouldNotBeNull();
    }

    [Fact]
    public void Categories_are_words_and_not_many()
    {
        var many = string.Concat(Enumerable.Range(0, 100).Select(number => $"<category>{number}</category>"));
        var categories = Read($"<rss><channel><item><title>A</title><category>Law &amp;amp; order</category><category>{new string('x', 201)}</category>{many}</item></channel></rss>").Single().Categories;
        var tags = Read($$"""{ "items": [{ "id": "1", "tags": ["R&amp;D", "{{new string('x', 201)}}"] }] }""").Single().Categories;

        categories.Take(2).ShouldBe(["Law & order", "0"]);
        categories.Count.ShouldBe(50);
        tags.ShouldBe(["R&D"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_an_archive_the_newest_500_entries_are_read_wherever_they_stand(bool oldestFirst)
    {
        var numbers = Enumerable.Range(0, 2300).ToList();
        if (oldestFirst)
        {
            numbers.Reverse();
        }

        string Date(int age) => new DateTimeOffset(2026, 11, 13, 9, 0, 0, TimeSpan.Zero).AddHours(-age).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var items = string.Concat(numbers.Select(age => $"<item><guid>{age}</guid><pubDate>{Date(age)}</pubDate></item>"));
        var json = string.Join(',', numbers.Select(age => $$"""{ "id": {{age}}, "date_published": "{{Date(age)}}" }"""));
        var newest = numbers.Where(age => age < 500).Select(age => $"{age}").ToList();

        foreach (var feed in (string[])[$"<rss><channel>{items}</channel></rss>", $$"""{ "items": [{{json}}] }"""])
        {
            var document = FeedReader.Read(System.Text.Encoding.UTF8.GetBytes(feed), null, Url, TestContext.Current.CancellationToken);
            document.Entries.Select(entry => entry.Identity).ShouldBe(newest);
            document.LeftOut.ShouldBe(1800);
        }
    }

    [Fact]
    public void Without_dates_the_first_500_entries_are_read()
    {
        var items = string.Concat(Enumerable.Range(0, 700).Select(number => $"<item><guid>{number}</guid></item>"));
        var open = string.Concat(Enumerable.Range(0, 120).Select(number => $"<item><guid>{number}</guid>"));
        var json = string.Join(',', Enumerable.Range(0, 700).Select(number => $$"""{ "id": {{number}} }"""));

        Read($"<rss><channel>{items}</channel></rss>").Select(entry => entry.Identity).ShouldBe(Enumerable.Range(0, 500).Select(number => $"{number}"));
        Read($"<rss><channel>{open}</channel></rss>").Count.ShouldBe(120);
        Read($$"""{ "items": [{{json}}] }""").Count.ShouldBe(500);
    }

    [Fact]
    public void An_identity_that_no_index_would_take_is_known_by_its_hash()
    {
        string Identity(string id) => Read($"<rss><channel><item><guid isPermaLink='false'>{id}</guid></item></channel></rss>").Single().Identity;

        Identity(new string('ü', 250)).ShouldBe(new string('ü', 250));
        Identity(new string('ü', 251)).ShouldStartWith("sha256:");
        Identity(new string('x', 501)).ShouldStartWith("sha256:");
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("no-such-charset")]
    public void A_charset_that_is_unknown_or_refused_is_passed_over(string charset) =>
        FeedReader.Read("<rss><channel><item><title>Grüße</title></item></channel></rss>"u8, charset, Url, TestContext.Current.CancellationToken).Entries.Single().Title.ShouldBe("Grüße");

    [Fact]
    public void What_is_inherited_comes_from_the_nearest_around()
    {
        var entries = Read("<feed xml:lang='de' xml:base='/a/'><entry xml:lang='fr' xml:base='b/'><id>1</id><link href='c'/></entry><entry><id>2</id><link href='c'/></entry></feed>");

        entries.Select(entry => (entry.Language, entry.Url)).ShouldBe([("fr", "https://paper.example.org/a/b/c"), ("de", "https://paper.example.org/a/c")]);
    }

    [Fact]
    public void A_document_type_that_never_ends_is_no_feed()
    {
        foreach (var type in (string[])["<!DOCTYPE [>", "<!DOCTYPE [", "<!DOCTYPE "])
        {
            Should.Throw<FeedException>(() => Read(string.Concat(Enumerable.Repeat(type, 100_000))));
        }
    }

    [Fact]
    public void Entries_without_an_identity_are_known_by_what_they_say_and_each_once()
    {
        var entries = Read("<rss><channel><item><title>A</title></item><item><title>B</title></item><item><title>A</title></item></channel></rss>");

        entries.Select(entry => entry.Title).ShouldBe(["A", "B"]);
        entries[0].Identity.ShouldStartWith("sha256:");
    }

    [Fact]
    public void Any_bytes_are_entries_or_a_problem() => Gen.OneOf(
            Gen.Byte.Array[0, 300],
            Gen.Select(Gen.OneOfConst(Rss, Atom, Rdf, Json), Gen.Select(Gen.Int[0, 2000], Gen.OneOfConst("<", ">", "&", "\"", "]]>", "<!", "<![CDATA[", "\0", "/", "{", "\\ud800", "xmlns=''", "<?", "-->", "\uFFFE", " ")).Array[1, 8], Garbled))
        .Sample(bytes =>
        {
            try
            {
                foreach (var entry in FeedReader.Read(bytes, null, Url, TestContext.Current.CancellationToken).Entries)
                {
                    entry.Identity.ShouldNotBeEmpty();
                    MarkdownWriter.Write(entry.Content ?? entry.Summary ?? "", entry.Base).ShouldNotContain("\0");
                }
            }
            catch (FeedException problem)
            {
                problem.Message.ShouldEndWith(".");
            }
        }, iter: 5000);

    [Fact]
    public void Any_text_in_place_of_a_link_is_a_link_or_none() => Gen.OneOf(
            Gen.String, Gen.OneOfConst("http://", "https:", "//", "[", "]", "@", ":", "..", "xn--", "ü", "%", "\\", "#", "?", "host", ".", "\u00AD", " ").Array[1, 8].Select(string.Concat))
        .Sample(link =>
        {
            var feed = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { items = new[] { new { id = "1", url = link, content_html = $"<a href='{link}'>x</a>" } } });
            var entry = FeedReader.Read(feed, null, Url, TestContext.Current.CancellationToken).Entries.ShouldHaveSingleItem();
            (entry.Url is null || Uri.IsWellFormedUriString(entry.Url, UriKind.Absolute) || Uri.TryCreate(entry.Url, UriKind.Absolute, out _)).ShouldBeTrue();
            Digest.Stories.StoryMarkdown.ToHtml(MarkdownWriter.Write(entry.Content!, entry.Base)).ShouldNotContain("javascript:");
        }, iter: 5000);

    private static byte[] Garbled(string feed, (int At, string Sign)[] edits) => System.Text.Encoding.UTF8.GetBytes(
        edits.Aggregate(feed, (text, edit) => text.Insert(edit.At % text.Length, edit.Sign).Remove((edit.At * 7) % text.Length, 1)));

    private static IReadOnlyList<FeedEntry> Read(string feed) => FeedReader.Read(System.Text.Encoding.UTF8.GetBytes(feed), null, Url).Entries;

    private static Encoding Encoding(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? System.Text.Encoding.GetEncoding(name);
}
