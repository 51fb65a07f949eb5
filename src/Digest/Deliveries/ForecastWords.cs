using System.Globalization;
using Digest.Issues;
using Digest.Newsletters;

namespace Digest.Deliveries;

/// <summary>What an issue waits for, each as one sentence.</summary>
internal sealed class ForecastWords(LocalClock clock)
{
    /// <returns>None for an issue that goes on.</returns>
    public string? Stopped(RunFacts facts) =>
        facts.State == IssueState.Paused ? "It is paused."
        : facts.Workers == 0 ? "No worker is running."
        : facts.CanaryUntil is not { } until ? null
        : until > facts.Now ? $"It waits for its canary, until {Local(until)}."
        : "It waits for its canary, whose mails have no outcome yet.";

    public string WarmingUp(RunFacts facts) => Invariant(
        $"The relays are being warmed up and take {facts.DayShares[0]} more until {Local(ForecastEnd.Midnight(facts.Now, 0))}.");

    public string LastHour(DateTimeOffset dueAt) => $"It waits for its last readers' hour, {Local(dueAt)}.";

    public static string TookNothing(RunFacts facts) => $"The relays took nothing in the last minute{AlsoWaiting(facts)}.";

    public string AnotherTry(PutOff putOff) => $"{Waiting(putOff)}, until {Local(putOff.LastAt)}.";

    public static string Domain(DomainRows domain, RunFacts facts) =>
        Invariant($"{domain.Domain} takes {domain.Limit.MessagesPerMinute} a minute{OfIssues(facts)}; {domain.Count} {(domain.Count == 1 ? "is" : "are")} left for it.");

    public static string Slowest(RunFacts facts, ForecastPace pace, int left) =>
        pace.PerMinute is null ? $"How fast it goes is not known yet{AlsoWaiting(facts)}."
        : pace.IsSlowed ? Invariant($"It is slowed down to {pace.Slow} a minute.")
        : facts.Domains is [{ Limit.Connections: { } connections } domain] && domain.Count == left
            ? Invariant($"All that is left goes to {domain.Domain}, which takes {connections} at once.")
        : pace is { IsLimited: true, Measured: null } ? Invariant($"The relays' limit is {facts.RelayLimit} a minute{OfIssues(facts)}.")
        : Invariant($"The relays take {facts.PerMinute} a minute{(pace.IsLimited ? ", which is their limit" : "")}{OfIssues(facts)}.");

    public string OnlyDeferred(RunFacts facts) => facts is { Deferred: > 0, NextRetryAt: { } next }
        ? Invariant($"Everybody was tried; {facts.Deferred} wait for another try, the next at {Local(next)}.")
        : "Everybody was tried.";

    private static string AlsoWaiting(RunFacts facts) => facts.PutOff is { } putOff ? $"; {Waiting(putOff)}" : "";

    private static string Waiting(PutOff putOff) => Invariant($"{putOff.Count} {(putOff.Count == 1 ? "waits" : "wait")} for another try");

    private static string OfIssues(RunFacts facts) => facts.OtherIssues == 0 ? "" : Invariant($", of {1 + facts.OtherIssues} issues");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private string Local(DateTimeOffset instant) => clock.Show(instant).ToString("ddd HH:mm", CultureInfo.InvariantCulture);
}
