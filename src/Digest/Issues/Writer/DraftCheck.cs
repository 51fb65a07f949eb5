using System.Globalization;
using Digest.Rendering;
using Digest.Stories;

namespace Digest.Issues.Writer;

/// <summary>What of a model's answer is kept: what an editor can trace to the stories of the issue, as plain text.</summary>
public sealed class DraftCheck
{
    public const int FewestSentences = 2;
    public const int MostSentences = 4;
    public const int LongestSentence = 300;
    public const int MostSubjects = 3;

    /// <summary>A longer one would be cut where the issue is rendered.</summary>
    public const int LongestSubject = MailDocument.MaximumSubject;

    private readonly IReadOnlyList<WriterStory> stories;
    private readonly StoryWords all;

    /// <param name="stories">All of the issue, in its order.</param>
    public DraftCheck(IEnumerable<Story> stories)
        : this([.. stories.Select(WriterStory.Of)])
    {
    }

    internal DraftCheck(IReadOnlyList<WriterStory> stories) => (this.stories, all) = (stories, new StoryWords(stories));

    /// <param name="line">One of the answer's.</param>
    /// <param name="longest">In characters as readers count them.</param>
    /// <param name="why">Why it is dropped: ends a sentence that names the line.</param>
    /// <returns>Plain text with the stories it cites; none when it is dropped.</returns>
    internal DraftSentence? Keep(AnswerLine? line, int longest, out string why)
    {
        var kept = new DraftSentence(
            DraftText.Plain((line?.Text ?? "") is var text && text.Length > 10 * longest ? text[..(10 * longest)] : text),
            [.. (line?.Stories ?? []).OfType<string>().Distinct().Where(slug => stories.Any(story => story.Slug == slug))]);
        why = Wrong(kept, longest) ?? "";
        return why.Length == 0 ? kept : null;
    }

    internal static int Longest(DraftKind kind) => kind == DraftKind.Subject ? LongestSubject : LongestSentence;

    /// <returns>Why a sentence of it may not stand; none when all may.</returns>
    public string? Wrong(IssueDraft draft) =>
        draft.Sentences.Select(sentence => Wrong(sentence, Longest(draft.Kind))).FirstOrDefault(wrong => wrong is not null);

    /// <returns>Why the sentence may not stand; none when it may.</returns>
    public string? Wrong(DraftSentence sentence, int longest)
    {
        var length = new StringInfo(sentence.Text).LengthInTextElements;
        if (length == 0)
        {
            return "it is empty";
        }

        if (length > longest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {length} characters and {longest} are allowed");
        }

        if (DraftText.HoldsAddress(sentence.Text))
        {
            return "it holds an address or a link";
        }

        var cited = stories.Where(story => sentence.Stories.Contains(story.Slug)).ToList();
        if (cited.Count == 0 || cited.Count < sentence.Stories.Count)
        {
            return sentence.Stories.Count == 0 ? "it cites no story of this issue" : "it cites a story that is not in this issue";
        }

        return new DraftFacts(new StoryWords(cited), all).Foreign(sentence.Text) is { } foreign
            ? $"it says “{OneLine.Of(foreign, 40)}”, which no story that it cites says"
            : null;
    }
}
