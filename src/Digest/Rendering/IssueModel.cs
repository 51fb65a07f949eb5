using Digest.Issues;
using Digest.Newsletters;
using Digest.Stories;

namespace Digest.Rendering;

/// <summary>What an issue shows: the newsletter, the week, and the stories in order; the first is the lead.</summary>
public sealed record IssueModel(Newsletter Newsletter, Week Week, IReadOnlyList<Story> Stories)
{
    /// <summary>Opening words in inline Markdown, or none.</summary>
    public string? Introduction { get; init; }

    /// <summary>The editor's subject; none for the lead's title.</summary>
    public string? Subject { get; init; }

    /// <summary>The editor's preheader; none for one made from the stories.</summary>
    public string? Preheader { get; init; }

    public IReadOnlyList<ToldCorrection> Corrections { get; init; } = [];

    /// <summary>The stories stay as the editor put them, under no topic's heading.</summary>
    public bool InEditorsOrder { get; init; }
}
