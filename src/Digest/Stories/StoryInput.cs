namespace Digest.Stories;

/// <summary>One written story and the name it is reported by.</summary>
public sealed record StoryInput(string FileName, string Text)
{
    /// <summary>The path that means standard input, and the name it is reported by.</summary>
    public const string StandardInput = "-";
}
