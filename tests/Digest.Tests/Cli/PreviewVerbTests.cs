using Digest.Issues;
using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>The verb as an operator runs it: another process, its files, its sentences.</summary>
public sealed class PreviewVerbTests : IAsyncLifetime, IDisposable
{
    private static readonly Week Week = new(new DateOnly(2026, 11, 23));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("preview-");
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync() => database = await TestDatabase.CreateAsync();

    [Fact]
    public async Task The_frozen_issue_is_written_as_html_and_text_without_slots()
    {
        var newsletter = await database.NewsletterAsync();
        await database.IssueAsync(newsletter.Id, Week, DateTimeOffset.UnixEpoch);

        var (code, output, errors) = await RunAsync("preview", "--week", Week.ToString(), "--out", "issue", "--no-png");

        code.ShouldBe(0, errors);
        output.ShouldContain("issue.html");
        foreach (var file in new[] { "issue.html", "issue.text" })
        {
            var text = File.ReadAllText(Path.Combine(folder.FullName, "issue", file));
            text.ShouldContain("https://digest.example.com/u/preview");
            text.ShouldNotContain("{{");
        }
    }

    [Fact]
    public async Task Without_an_issue_one_sentence_says_what_makes_it()
    {
        await database.NewsletterAsync();

        var (code, _, errors) = await RunAsync("preview", "--week", Week.ToString());

        code.ShouldBe(1);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain($"`digest assemble --week {Week}`");
        folder.GetFileSystemInfos().ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_variant_has_files_of_its_own_and_all_are_on_one_page()
    {
        var newsletter = await database.NewsletterAsync();
        var issue = await database.IssueAsync(newsletter.Id, Week, DateTimeOffset.UnixEpoch);
        await database.ExecuteAsync(
            """
            insert into digest.issue_contents (issue_id, variant, subject, preheader, html, text, sha256, frozen_at)
            select issue_id, 'policy+safety', subject, preheader, replace(html, 'brought', 'brought of policy'), text, sha256, frozen_at
            from digest.issue_contents where issue_id = $1
            """, issue.Id);

        var (code, _, errors) = await RunAsync("preview", "--week", Week.ToString(), "--out", "issue", "--no-png");

        code.ShouldBe(0, errors);
        Files("issue").ShouldBe(["index.html", "issue.html", "issue.policy+safety.html", "issue.policy+safety.text", "issue.text"], ignoreOrder: true);
        File.ReadAllText(Path.Combine(folder.FullName, "issue", "issue.policy+safety.html")).ShouldContain("brought of policy");
        var index = File.ReadAllText(Path.Combine(folder.FullName, "issue", "index.html"));
        index.ShouldContain("policy+safety");
        index.ShouldContain("src=\"issue.policy%2Bsafety.html\"");
    }

    [Fact]
    public async Task Without_a_database_the_sample_week_is_shown_and_called_by_its_name()
    {
        var (code, _, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, "preview", "--out", "sample", "--no-png");

        code.ShouldBe(0, errors);
        errors.Trim().ShouldBe("digest: this is the sample week and no issue of yours (no database is configured).");
        Files("sample").ShouldBe(["index.html", "issue.html", "issue.text"], ignoreOrder: true);
        File.ReadAllText(Path.Combine(folder.FullName, "sample", "issue.html")).ShouldContain("The Weigh-In");
    }

    [Fact]
    public async Task Where_the_only_newsletter_has_no_issue_yet_the_sample_week_is_shown()
    {
        await database.NewsletterAsync();

        var (code, _, errors) = await RunAsync("preview", "--no-png");

        code.ShouldBe(0, errors);
        errors.ShouldContain("the sample week and no issue of yours (the current week has no issue yet; `digest assemble` makes it)");
    }

    [Fact]
    public async Task Where_the_demo_does_not_run_the_sample_week_is_shown()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "demo"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "demo", "settings.json"),
            """{ "ConnectionStrings:Digest": "Host=127.0.0.1;Port=1;Database=digest;Username=digest" }""", TestContext.Current.CancellationToken);

        var (code, _, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, "preview", "--no-png");

        code.ShouldBe(0, errors);
        errors.ShouldContain("(the demo's database does not run)");
    }

    [Fact]
    public async Task A_database_of_one_s_own_that_is_away_is_an_error_and_no_reason_to_show_samples()
    {
        var settings = TestSettings.Values("Host=127.0.0.1;Port=1;Database=digest;Username=digest");

        var (code, _, errors) = await DigestCommand.RunAsync(settings, folder, path: null, "preview", "--no-png");

        code.ShouldBe(69, errors);
        errors.Trim().Split('\n').ShouldHaveSingleItem();
        folder.GetFileSystemInfos().ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_Chromium_there_are_no_pictures_and_one_sentence_or_a_failure_when_they_were_asked_for()
    {
        var nothing = folder.CreateSubdirectory("nothing").FullName;

        var without = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, nothing, "preview", "--sample");
        var required = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, nothing, "preview", "--sample", "--png", "--out", "required");

        without.Code.ShouldBe(0, without.Errors);
        without.Errors.ShouldContain("digest: no pictures, as no Chromium is in PATH; install the package chromium to have them.");
        Files("preview").ShouldBe(["index.html", "issue.html", "issue.text"], ignoreOrder: true);
        required.Code.ShouldBe(69);
        Directory.Exists(Path.Combine(folder.FullName, "required")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("#!/bin/sh\necho 'no display' >&2\nexit 3\n", "chromium stopped with 3: no display")]
    [InlineData("#!/bin/sh\necho '<title>high</title>'\n", "chromium did not say how high the issue is at")]
    [InlineData("#!/bin/sh\necho '<title>900</title>'\n", "chromium took no picture and did not say why; leave pictures out with --no-png.")]
    [InlineData("#!/nowhere/sh\n", "chromium cannot be run (")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_browser_that_fails_is_told_in_one_sentence(string program, string sentence)
    {
        var programs = folder.CreateSubdirectory("programs").FullName;
        var browser = Path.Combine(programs, "chromium");
        await File.WriteAllTextAsync(browser, program, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // From an earlier run; nobody takes them for this one's.
        var before = folder.CreateSubdirectory("preview").FullName;
        foreach (var scheme in (string[])["light", "dark"])
        {
            await File.WriteAllTextAsync(Path.Combine(before, $"issue.320.{scheme}.png"), "old", TestContext.Current.CancellationToken);
        }

        var (code, _, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, programs, "preview", "--sample");

        code.ShouldBe(69, errors);
        errors.ShouldContain(sentence);
        errors.ShouldNotContain("   at ");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task With_Chromium_there_is_a_picture_for_each_width_and_scheme_and_no_process_is_left()
    {
        var (code, _, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, "preview", "--sample", "--png");

        code.ShouldBe(0, errors);
        var pictures = new[] { 320, 600, 1024 }.SelectMany(width => new[] { "light", "dark" }.Select(scheme => $"issue.{width}.{scheme}.png")).ToList();
        Files("preview").Where(name => name.EndsWith(".png", StringComparison.Ordinal)).ShouldBe(pictures, ignoreOrder: true);
        foreach (var name in pictures)
        {
            // The width stands in the first chunk of a PNG.
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "preview", name), TestContext.Current.CancellationToken);
            System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16, 4)).ShouldBe(int.Parse(name.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture));
        }

        File.ReadAllText(Path.Combine(folder.FullName, "preview", "index.html")).ShouldContain("issue.320.dark.png");
        Directory.GetDirectories("/proc").Select(CommandLine).ShouldNotContain(line => line.Contains(folder.FullName, StringComparison.Ordinal) && line.Contains("chrom", StringComparison.Ordinal));
    }

    private List<string> Files(string below) => [.. new DirectoryInfo(Path.Combine(folder.FullName, below)).GetFiles().Select(file => file.Name)];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No process, or one that has just ended.
            return "";
        }
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        DigestCommand.RunAsync(database, folder, arguments);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);
}
