using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Rendering;

/// <summary>A check of frozen content that needs what only a later room knows.</summary>
public interface IContentCheck
{
    /// <param name="newsletter">Whose mail it is.</param>
    /// <param name="issue">Stored, and not queued.</param>
    /// <param name="content">With its slots.</param>
    /// <param name="variant">Named in each finding; empty for the whole.</param>
    IReadOnlyList<PreflightFinding> Find(Newsletter newsletter, Issue issue, RenderedMail content, string variant);
}
