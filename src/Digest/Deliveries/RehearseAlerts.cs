using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;
using Digest.Operators;

namespace Digest.Deliveries;

/// <summary>What a rehearsal tells the operator, and that it is over when the next finds it mended.</summary>
public sealed class RehearseAlerts(AlertBook alerts)
{
    public const string Failed = "rehearsal-failed";

    public const string Fell = "audience-fell";

    public const string Late = "rehearsal-late";

    public static readonly IReadOnlyList<string> Kinds = [Failed, Fell, Late];

    public async Task TellAsync(
        Newsletter newsletter, Issue issue, Rehearsal rehearsal, DateTimeOffset? finishBy, CancellationToken cancellationToken)
    {
        var readers = rehearsal.Written + rehearsal.Failed;
        await TellAsync(Failed, rehearsal.Failed > 0, newsletter, issue,
            string.Create(CultureInfo.InvariantCulture, $"{rehearsal.Failed:N0} of {readers:N0} messages of week {new Week(issue.Week)} cannot be written. ")
                + (rehearsal.Failures is [var reason, ..] ? reason : ""),
            $"Mend that, then run {Verb("rehearse", newsletter, issue)}, which lists every reason.",
            cancellationToken);
        await TellAsync(Fell, rehearsal.HasFallen, newsletter, issue,
            string.Create(CultureInfo.InvariantCulture, $"week {new Week(issue.Week)} would go to {readers:N0} readers, ")
                + string.Create(CultureInfo.InvariantCulture, $"the issue before it went to {rehearsal.LastWeek:N0}."),
            "Look at the subscribers and suppressions for what took so many away; if that is right, there is nothing to do.",
            cancellationToken);
        await TellAsync(Late, rehearsal.PredictedFinish > finishBy, newsletter, issue,
            $"the issue of week {new Week(issue.Week)} should be finished by {Local(newsletter, finishBy)} "
                + $"and would be by {Local(newsletter, rehearsal.PredictedFinish)} ({newsletter.TimeZone}).",
            "Add workers or connections, or raise what limits the relays; finishing late loses nothing.",
            cancellationToken);
    }

    private Task TellAsync(
        string kind, bool isSo, Newsletter newsletter, Issue issue, string sentence, string nextStep, CancellationToken cancellationToken) => isSo
        ? alerts.RaiseAnewAsync(kind, newsletter.Id, issue.Id, $"{newsletter.Name}: {sentence}", nextStep, cancellationToken)
        : alerts.ClearAsync(kind, newsletter.Id, issue.Id, cancellationToken);

    private static string Local(Newsletter newsletter, DateTimeOffset? instant) => instant is { } known
        ? new LocalClock(newsletter.Zone).Show(known).ToString("ddd HH:mm", CultureInfo.InvariantCulture)
        : "";

    private static string Verb(string verb, Newsletter newsletter, Issue issue) =>
        $"`digest {verb} --newsletter {newsletter.Slug} --week {new Week(issue.Week)}`";
}
