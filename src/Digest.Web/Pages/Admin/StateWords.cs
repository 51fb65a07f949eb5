using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Schedule;
using Digest.Smtp;

namespace Digest.Web.Pages.Admin;

/// <param name="Label">The state's name.</param>
/// <param name="Icon">A sign that tells it apart without colour.</param>
/// <param name="Tone">Class of its colour: good, wait, bad, doubt or quiet.</param>
/// <param name="Meaning">What it means and what to do, as docs/operating.md says it.</param>
internal sealed record StateWord(string Label, string Icon, string Tone, string Meaning);

internal static class StateWords
{
    public static StateWord Of(DeliveryState state) => state switch
    {
        DeliveryState.Queued => new("queued", "○", "wait", "Waits for its due instant. Nothing to do."),
        DeliveryState.Claimed => new("claimed", "▸", "wait", "A worker is sending it. Nothing to do."),
        DeliveryState.Accepted => new("accepted", "✓", "good", "The relay took responsibility. Whether it reached the reader is not known here."),
        DeliveryState.Deferred => new("deferred", "↻", "late", "The relay said “later”. It is tried again until it expires. Nothing to do, unless it is all of them."),
        DeliveryState.Rejected => new("rejected", "✕", "bad", "The relay refused this reader for good. Nothing to do."),
        DeliveryState.InDoubt => new("in doubt", "?", "doubt", "It may have been accepted and no reply was recorded. Look for its Message-ID in the relay’s log, then settle it below."),
        DeliveryState.Suppressed => new("suppressed", "⊘", "quiet", "The reader left or was suppressed after queueing. Nothing to do."),
        DeliveryState.Cancelled => new("cancelled", "–", "quiet", "The issue was cancelled first."),
        DeliveryState.Expired => new("expired", "◷", "bad", "Nobody accepted it in time; it would be stale. Nothing to do."),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <param name="issue">The issue.</param>
    /// <param name="newsletter">Whose policy and schedule decide what becomes of it.</param>
    /// <param name="now">When the page is read.</param>
    public static StateWord Of(Issue issue, Newsletter newsletter, DateTimeOffset now) => Of(issue, newsletter.Policy, new WaitingIssue(newsletter, issue, issue.DueAt).IsLeftAlone(now));

    private static StateWord Of(Issue issue, IssuePolicy policy, bool isPast) => issue.State switch
    {
        IssueState.Assembled when isPast => new("assembled", "○", "late",
            "Frozen, and its hour is past: it does not go out by itself any more. To send it now approve it and run `digest queue`; otherwise cancel it."),
        IssueState.Approved when isPast => new("approved", "✓", "late",
            "Its hash is fixed, and its hour is past: it does not go out by itself any more. `digest queue` sends it now; otherwise cancel it."),
        IssueState.Assembled when policy.WhenNobodyApproves == ApprovalDefault.Send && issue.Errors.Count > 0 => new("assembled", "○", "late",
            "Frozen, waits for approval. Nothing goes out before that: the newsletter’s policy is “send”, but not with a preflight error. Mend it, or approve it."),
        IssueState.Assembled when policy.WhenNobodyApproves == ApprovalDefault.Send => new("assembled", "○", "wait",
            "Frozen, waits for approval. Read it, then approve. When nobody does, it goes out anyway: the newsletter’s policy is “send”."),
        IssueState.Assembled => new("assembled", "○", "late",
            "Frozen, waits for approval. Read it, then approve. Nothing goes out before that: the newsletter’s policy is “hold”."),
        IssueState.Approved => new("approved", "✓", "good", "Its hash is fixed; nothing else can be sent. Nothing to do until it is due."),
        IssueState.Sending => new("sending", "▸", "wait", "Its deliveries go out as they fall due. Nothing to do."),
        IssueState.Paused => new("paused", "‖", "bad", "Nothing goes out until it is resumed. Mend the cause, then resume. Nothing was lost."),
        IssueState.Sent => new("sent", "✓", "good", "Every delivery is settled."),
        IssueState.Skipped => new("skipped", "–", "quiet",
            "The window held no story. If that is wrong, look at the stories’ publication instants, import them, and run `digest assemble` again."),
        IssueState.Missed => new("missed", "!", "bad", "The send came too late and nothing went out. `digest queue` sends it now; or leave it."),
        IssueState.Cancelled => new("cancelled", "–", "quiet", "An operator withdrew it."),
        _ => throw new ArgumentOutOfRangeException(nameof(issue), issue.State, null),
    };

    /// <summary>The state alone, where there is no room for its meaning.</summary>
    public static StateWord Of(IssueState state) => Of(new Issue { State = state }, new IssuePolicy(), isPast: false);

    public static string Of(ExclusionReason reason) => reason switch
    {
        ExclusionReason.Unconfirmed => "not confirmed",
        ExclusionReason.Unsubscribed => "unsubscribed",
        ExclusionReason.Paused => "paused",
        ExclusionReason.Suppressed => "suppressed",
        ExclusionReason.Topics => "nothing on the topics they chose",
        _ => SnakeCase.Of(reason),
    };

    /// <summary>Where the last try ended, in words; the stored name where it is not one of ours.</summary>
    public static string OfStage(string stage) => stage switch
    {
        "connect" => "at connect",
        "mail" => "at MAIL",
        "recipient" => "at RCPT",
        "data" => "at DATA",
        "body" => "in the message",
        "reply" => "at the final dot",
        _ => stage,
    };
}
