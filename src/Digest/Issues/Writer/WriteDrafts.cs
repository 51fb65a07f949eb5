using Digest.Data;
using Digest.Rendering;
using Digest.Settings;
using Digest.Stories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Digest.Issues.Writer;

/// <param name="Drafts">Stored, and part of nothing until somebody approves them.</param>
/// <param name="Said">What came of it, a sentence each: what was dropped and why, or why there is none.</param>
public sealed record WrittenDrafts(IReadOnlyList<IssueDraft> Drafts, IReadOnlyList<string> Said);

/// <summary>Has the writer propose an introduction and subject lines for an assembled issue, which is complete without them.</summary>
public sealed partial class WriteDrafts(
    IDbContextFactory<DigestDbContext> contexts, WriterEndpoint endpoint, TimeProvider time, ILogger<WriteDrafts> logger)
{
    /// <summary>
    /// For the schedule: writes when a writer is set and nobody has drafted or approved yet. Whatever goes wrong is one line
    /// in the log; the issue is committed already and does not wait.
    /// </summary>
    public async Task AfterAssemblyAsync(Issue issue, CancellationToken cancellationToken)
    {
        try
        {
            if (!endpoint.IsOn || issue.State != IssueState.Assembled || await HasDraftsAsync(issue.Id, cancellationToken))
            {
                return;
            }

            var written = await RunAsync(issue.Id, cancellationToken);
            LogWritten(issue.Id, written.Drafts.Count, written.Said);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogFailed(error is RefusedException ? null : error, issue.Id, error.Message);
        }
    }

    /// <summary>Writes anew: proposals that nobody decided about are replaced.</summary>
    /// <returns>No drafts, and why, whenever the endpoint gives none that can be used.</returns>
    /// <exception cref="RefusedException">The issue's words can no longer change, or it has no story.</exception>
    public async Task<WrittenDrafts> RunAsync(long issueId, CancellationToken cancellationToken)
    {
        if (!endpoint.IsOn)
        {
            return Without($"no writer is set ({WriterSettings.Section}:Endpoint)");
        }

        var (stories, language) = await ReadAsync(issueId, cancellationToken);
        try
        {
            // No transaction is open meanwhile: an answer may take minutes.
            var (text, model) = await endpoint.AskAsync(WriterPrompt.Of(stories, language), cancellationToken);
            var said = new List<string>();
            var drafts = Kept(WriterAnswer.Parse(text), new DraftCheck(stories), OneLine.Of(DraftText.Plain(model), 100), said);
            drafts.ForEach(draft => draft.IssueId = issueId);
            await StoreAsync(issueId, drafts, cancellationToken);
            return drafts.Count > 0 ? new WrittenDrafts(drafts, said) : Without("nothing of the answer can be used", said);
        }
        catch (WriterException error)
        {
            return Without(error.Message);
        }
    }

    private static WrittenDrafts Without(string why, IReadOnlyList<string>? before = null) =>
        new([], [.. before ?? [], $"There is no draft, as {why}; the issue is complete without."]);

    private async Task<bool> HasDraftsAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.IssueDrafts.AnyAsync(draft => draft.IssueId == issueId, cancellationToken);
    }

    private async Task<(List<WriterStory> Stories, string Language)> ReadAsync(long issueId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var issue = await database.Issues.Where(stored => stored.Id == issueId).Whole().SingleOrDefaultAsync(cancellationToken)
            ?? throw new RefusedException($"There is no issue {issueId}.");
        issue.RefuseOtherWords();
        var language = await database.Newsletters.Where(newsletter => newsletter.Id == issue.NewsletterId)
            .Select(newsletter => newsletter.Language).SingleAsync(cancellationToken);
        return ([.. issue.Stories.Select(place => WriterStory.Of(place.Story!))], language);
    }

    private List<IssueDraft> Kept(WriterAnswer answer, DraftCheck check, string model, List<string> said)
    {
        var drafts = new List<IssueDraft>();
        var introduction = Lines(answer.Introduction, DraftCheck.MostSentences, DraftCheck.LongestSentence, "Sentence", check, said);
        if (introduction.Count >= DraftCheck.FewestSentences)
        {
            drafts.Add(NewDraft(DraftKind.Introduction, introduction, model));
        }
        else
        {
            said.Add($"There is no introduction: {(introduction.Count == 0 ? "no sentence is" : "only one sentence is")} left of the answer’s.");
        }

        var subjects = Lines(answer.Subjects, DraftCheck.MostSubjects, DraftCheck.LongestSubject, "Subject", check, said);
        drafts.AddRange(subjects.DistinctBy(subject => subject.Text).Select(subject => NewDraft(DraftKind.Subject, [subject], model)));
        return drafts;
    }

    /// <summary>No more are looked at than were asked for.</summary>
    private static List<DraftSentence> Lines(
        IReadOnlyList<AnswerLine?>? lines, int most, int longest, string what, DraftCheck check, List<string> said)
    {
        var kept = new List<DraftSentence>();
        foreach (var (place, line) in (lines ?? []).Take(most).Index())
        {
            if (check.Keep(line, longest, out var why) is { } sentence)
            {
                kept.Add(sentence);
            }
            else
            {
                said.Add($"{what} {place + 1} was dropped: {why}.");
            }
        }

        return kept;
    }

    private IssueDraft NewDraft(DraftKind kind, IReadOnlyList<DraftSentence> sentences, string model) => new()
    {
        Kind = kind,
        Text = string.Join(' ', sentences.Select(sentence => sentence.Text)),
        Sentences = sentences,
        Model = model,
        CreatedAt = time.GetUtcNow(),
    };

    private async Task StoreAsync(long issueId, List<IssueDraft> drafts, CancellationToken cancellationToken)
    {
        if (drafts.Count == 0)
        {
            return;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        (await database.LockIssueAsync(issueId, cancellationToken)).RefuseOtherWords();
        await database.IssueDrafts.Where(draft => draft.IssueId == issueId && draft.ApprovedAt == null && draft.RejectedAt == null)
            .ExecuteDeleteAsync(cancellationToken);
        database.IssueDrafts.AddRange(drafts);
        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The writer left {Drafts} drafts for issue {IssueId}. {Said}")]
    private partial void LogWritten(long issueId, int drafts, IReadOnlyList<string> said);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Issue {IssueId} is complete without the writer, which failed: {Why}")]
    private partial void LogFailed(Exception? error, long issueId, string why);
}
