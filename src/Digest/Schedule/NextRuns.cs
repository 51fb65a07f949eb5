using Digest.Newsletters;

namespace Digest.Schedule;

/// <param name="What">"assemble" or "send".</param>
/// <param name="Local">In the newsletter's zone.</param>
/// <param name="Utc">The same instant.</param>
/// <param name="Note">What the clock change does to it, when it does.</param>
public sealed record NextRun(string What, DateTimeOffset Local, DateTimeOffset Utc, string? Note);

/// <summary>The coming runs of a newsletter, computed from its zone and schedule.</summary>
public static class NextRuns
{
    public static IReadOnlyList<NextRun> Of(Newsletter newsletter, DateTimeOffset now) => throw new NotImplementedException($"{newsletter}{now}");
}
