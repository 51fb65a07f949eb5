using Digest.Settings;

namespace Digest.Stories;

/// <summary>A story file taken apart: YAML between two lines of "---", then the body.</summary>
/// <param name="Yaml">Padded with empty lines so that its line numbers are the file's.</param>
/// <param name="Body">Markdown, LF line ends.</param>
/// <param name="BodyLine">Line of the file on which the body begins, from 1.</param>
internal sealed record FrontMatter(string Yaml, string Body, int BodyLine)
{
    private const string Fence = "---";

    /// <returns>Null when the fences are missing, which is then a problem.</returns>
    public static FrontMatter? Split(string text, InputProblems problems)
    {
        var lines = Normalize(text).Split('\n');
        if (lines[0].TrimEnd() != Fence)
        {
            problems.Add(1, null, "does not begin with front matter; the first line is --- and the fields follow.");
            return null;
        }

        var end = Array.FindIndex(lines, 1, line => line.TrimEnd() == Fence);
        if (end < 0)
        {
            problems.Add(1, null, "has no line --- that ends the front matter.");
            return null;
        }

        return new FrontMatter('\n' + string.Join('\n', lines[1..end]), string.Join('\n', lines[(end + 1)..]), end + 2);
    }

    /// <summary>Line ends and a byte order mark depend on the editor, not on the author: they are no part of the written form.</summary>
    public static string Normalize(string text) => text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
}
