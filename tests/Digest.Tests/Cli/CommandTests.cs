using System.CommandLine;
using System.CommandLine.Help;
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

    [Theory]
    [InlineData("aprove", "digest: `digest` has no verb 'aprove'; did you mean 'approve'?\ndigest: `digest --help` says what it takes.")]
    [InlineData("frobnicate", "digest: `digest` has no verb 'frobnicate'.\ndigest: `digest --help` says what it takes.")]
    [InlineData("stories", "digest: `digest stories` wants one more word: list, hold, drop, restore, correct.\ndigest: `digest stories --help` says what it takes.")]
    [InlineData("resume --reason Mended", "digest: `digest resume` has no option '--reason'.\ndigest: `digest resume` takes no 'Mended'.\ndigest: `digest resume --help` says what it takes.")]
    [InlineData("drill --readers abc", "digest: --readers 'abc' is no whole number; it takes 1 to 200000.\ndigest: `digest drill --help` says what it takes.")]
    public async Task A_wrong_command_line_is_told_in_sentences_with_where_help_is(string line, string said)
    {
        var (code, output, errors) = await DigestCommand.RunAsync(new Dictionary<string, string?>(), folder, path: null, line.Split(' '));

        (code, output).ShouldBe((2, ""), errors);
        errors.Trim().ShouldBe(said);
    }

    /// <summary>Of every verb there is and will be.</summary>
    [Theory]
    [InlineData("abc")]
    [InlineData("1,5")]
    [InlineData("-3")]
    [InlineData("99999999999999999999")]
    public void What_is_no_value_of_an_option_is_refused_in_words_that_name_it(string value)
    {
        var root = RootVerb.Create();
        var (count, asked) = (0, new Queue<(string Path, Command Verb)>([("", root)]));
        while (asked.TryDequeue(out var one))
        {
            one.Verb.Subcommands.ToList().ForEach(verb => asked.Enqueue(($"{one.Path} {verb.Name}", verb)));
            foreach (var (name, type, typed) in one.Verb.Options.Where(option => option is not (HelpOption or VersionOption)).Select(option => (option.Name, option.ValueType, $"{option.Name}={value}"))
                .Concat(one.Verb.Arguments.Select(argument => (argument.Name, argument.ValueType, value)))
                .Where(symbol => symbol.ValueType != typeof(string) && symbol.ValueType != typeof(bool) && symbol.ValueType != typeof(FileInfo)))
            {
                var errors = root.Parse($"{one.Path} {typed}").Errors.Select(error => error.Message).ToList();

                errors.ShouldContain(error => error.Contains(name, StringComparison.Ordinal), $"{one.Path} {typed}");
                errors.ShouldAllBe(error => !error.Contains("System.", StringComparison.Ordinal), $"{one.Path} {typed}");
                count++;
            }
        }

        count.ShouldBeGreaterThan(20);
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
