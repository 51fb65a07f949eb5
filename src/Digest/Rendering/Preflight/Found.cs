using Digest.Issues;

namespace Digest.Rendering;

/// <summary>Writes findings down.</summary>
internal static class Found
{
    public static PreflightFinding Error(string check, string finding, string remedy) => new(check, PreflightSeverity.Error, finding, remedy);

    public static PreflightFinding Warning(string check, string finding, string remedy) => new(check, PreflightSeverity.Warning, finding, remedy);

    /// <summary>Words of the mail inside a sentence, shortened.</summary>
    public static string Quote(string words) => $"“{OneLine.Of(words.Trim(), 60)}”";
}
