using Digest.Cli;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

/// <summary>What holds for every verb.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("command-");

    [Theory]
    [InlineData("--help", "Usage:\n  digest [command] [options]")]
    [InlineData("approve --help", "Usage:\n  digest approve [options]")]
    [InlineData("--version", "1.")]
    public async Task The_program_is_called_as_it_is_typed(string line, string said)
    {
        var (code, output, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, line.Split(' '));

        code.ShouldBe(0, errors);
        output.ReplaceLineEndings("\n").ShouldContain(said);
        output.ShouldNotContain("digest-cli");
    }

    [Fact]
    public async Task What_is_no_verb_is_refused_with_those_that_are_near()
    {
        var (code, output, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, "aprove");

        code.ShouldBe(2, errors);
        (output + errors).ShouldContain("'aprove' was not matched. Did you mean one of the following?");
    }

    [Fact]
    public async Task A_demo_that_was_stopped_is_named_with_the_way_out()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "demo"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "demo", "settings.json"),
            """{ "ConnectionStrings:Digest": "Host=127.0.0.1;Port=1;Database=digest;Username=digest" }""", TestContext.Current.CancellationToken);

        foreach (var verb in (string[][])[["approve"], ["migrate"], ["stories", "list"], ["operator", "list"]])
        {
            var (code, _, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, verb);

            code.ShouldBe(69, errors);
            errors.Trim().ShouldBe(
                "digest: The demo does not run, and its database is the only one that is configured: start it with `digest demo` in another "
                + "terminal and leave it running, or name a database of yours in ConnectionStrings__Digest or digest.json.");
        }
    }

    [Theory]
    [InlineData("digest.json")]
    [InlineData("demo/settings.json")]
    public async Task A_settings_file_that_is_broken_is_named_in_a_sentence(string file)
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "demo"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), "{ \"Digest\": ", TestContext.Current.CancellationToken);

        var (code, _, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, "stories", "list");

        code.ShouldBe(78, errors);
        errors.Trim().ShouldStartWith("digest: ");
        errors.ShouldContain(Path.GetFileName(file));
        errors.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("keys: ", "A story of twenty.", 80, "keys: A story of twenty.")]
    [InlineData("keys: ", "A story of twenty.", 24, "keys: A story of twenty.")]
    [InlineData("keys: ", "A story of twenty.", 23, "keys: A story of twent…")]
    [InlineData("keys: ", "Une e\u0301tude de vingt", 22, "keys: Une e\u0301tude de vi…")]
    [InlineData("a-slug-longer-than-the-line: ", "A story of twenty.", 20, "a-slug-longer-than-the-line: A story of twen…")]
    [InlineData("keys: ", "A story of twenty.", 0, "keys: A story of twenty.")]
    public void A_title_is_cut_where_the_terminal_ends_and_what_is_typed_again_is_not(string start, string words, int width, string shown) =>
        TerminalLine.Cut(start, words, width).ShouldBe(shown);

    public void Dispose() => folder.Delete(recursive: true);
}
