using System.Diagnostics;

namespace Digest.Local.Mailbox;

/// <summary>What happens at the moment, in the order in which it is written down; then the conversation goes on, unless closed.</summary>
public sealed class SmtpRule
{
    private readonly SmtpStep step;
    private readonly Func<SmtpMoment, bool> when;
    private int? timesLeft;

    internal SmtpRule(SmtpStep step, Func<SmtpMoment, bool> when)
    {
        this.step = step;
        this.when = when;
    }

    /// <summary>The reply's lines, each with its code; CRLF is added.</summary>
    public SmtpRule Reply(params string[] lines) => Then(new ReplyAct(lines));

    /// <summary>Writes the reply (the server's own, when none is given) this many bytes at a time.</summary>
    public SmtpRule InPiecesOf(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        PieceLength = bytes;
        return this;
    }

    /// <summary>Waits for the task before going on, so that a test holds the conversation as long as it wants.</summary>
    public SmtpRule WaitFor(Task until) => Then(new WaitAct(stopping => until.WaitAsync(stopping)));

    /// <summary>Waits at least this long before going on; for a mailbox that plays a slow relay, never for a test to wait by.</summary>
    public SmtpRule Delay(TimeSpan delay) => Then(new WaitAct(stopping => AtLeastAsync(delay, stopping)));

    /// <summary>Never answers; the connection stays open until the client closes it or the server stops.</summary>
    public SmtpRule Hang() => Then(new HangAct());

    /// <summary>Closes the connection: after the reply when one is given, else without any.</summary>
    public SmtpRule Close() => Then(new CloseAct());

    /// <summary>Acts this many times, then no more; without it, always.</summary>
    public SmtpRule Times(int times)
    {
        timesLeft = times;
        return this;
    }

    /// <summary>Replaced as a whole, so that a conversation reads a rule safely while it is being written.</summary>
    internal IReadOnlyList<Act> Acts { get; private set; } = [];

    internal int? PieceLength { get; private set; }

    /// <summary>Whether the server's own reply is still to be written after all acts.</summary>
    internal bool KeepsOwnReply => Acts.All(act => act is WaitAct);

    internal bool TryTake(SmtpStep at, SmtpMoment moment)
    {
        if (at != step || timesLeft == 0 || !when(moment) || (Acts.Count == 0 && PieceLength is null))
        {
            return false;
        }

        timesLeft--;
        return true;
    }

    private static async Task AtLeastAsync(TimeSpan delay, CancellationToken stopping)
    {
        var start = Stopwatch.GetTimestamp();

        // Timers count in the ticks of a coarse clock and may end one of them early.
        for (var left = delay; left > TimeSpan.Zero; left = delay - Stopwatch.GetElapsedTime(start))
        {
            await Task.Delay(left, stopping);
        }
    }

    private SmtpRule Then(Act act)
    {
        Acts = [.. Acts, act];
        return this;
    }

    internal abstract record Act;

    internal sealed record ReplyAct(IReadOnlyList<string> Lines) : Act;

    internal sealed record WaitAct(Func<CancellationToken, Task> WaitAsync) : Act;

    internal sealed record HangAct : Act;

    internal sealed record CloseAct : Act;
}
