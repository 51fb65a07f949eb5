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

    public void Dispose() => folder.Delete(recursive: true);
}
