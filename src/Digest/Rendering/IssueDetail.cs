using Digest.Stories;

namespace Digest.Rendering;

/// <summary>
/// How much each story shows. Step 0 is what an issue should be: the lead whole, the others brief. Each further step
/// takes one thing away, from the last story forward, so that any issue can be brought under the size a client shows:
/// bodies of brief stories, then what the stories say together, then briefs, then the lead's body, then the lead's brief, then whole stories but the lead.
/// </summary>
/// <param name="Step">From 0 to <see cref="Steps"/>.</param>
/// <param name="Stories">Detail of the stories that are shown; stories beyond are online only.</param>
/// <param name="ShowsWeek">Whether the mail has the sections over all stories.</param>
public sealed record IssueDetail(int Step, IReadOnlyList<StoryDetail> Stories, bool ShowsWeek)
{
    /// <summary>Number of steps an issue of so many stories has.</summary>
    public static int Steps(int stories) => (3 * (stories - 1)) + 3;

    public static IssueDetail At(int step, IReadOnlyList<Story> stories)
    {
        var others = stories.Count - 1;
        var details = new List<StoryDetail> { StoryDetail.Whole };
        details.AddRange(stories.Skip(1).Select(story => Summary.IsBody(story) ? StoryDetail.BriefWithBody : StoryDetail.Brief));

        var left = step;
        Lower(StoryDetail.Brief);
        var showsWeek = left-- <= 0;
        Lower(StoryDetail.Headline);
        details[0] = left switch { <= 0 => StoryDetail.Whole, 1 => StoryDetail.Brief, _ => StoryDetail.Headline };
        details.RemoveRange(stories.Count - Math.Clamp(left - 2, 0, others), Math.Clamp(left - 2, 0, others));
        return new IssueDetail(step, details, showsWeek);

        void Lower(StoryDetail to)
        {
            for (var index = others; index > 0 && left > 0; index--, left--)
            {
                details[index] = details[index] < to ? details[index] : to;
            }
        }
    }
}
