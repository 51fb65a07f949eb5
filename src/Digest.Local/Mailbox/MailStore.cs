namespace Digest.Local.Mailbox;

/// <summary>One message as it arrived: dot-stuffing undone, not a byte changed otherwise.</summary>
/// <param name="Id">From 1, in order of arrival.</param>
/// <param name="Connection">From 1, in order of connecting.</param>
public sealed record ReceivedMail(
    int Id, string ReturnPath, string Recipient, ReadOnlyMemory<byte> Raw, DateTimeOffset ReceivedAt, int Connection);

/// <summary>What a local mailbox has accepted, in order of arrival. Safe to share between threads.</summary>
/// <param name="time">Dates what arrives; the system's clock when left out.</param>
/// <param name="capacity">Bytes of messages kept; when there are more, the oldest leave.</param>
/// <param name="kept">What an earlier run accepted, in order; numbering goes on after the last.</param>
/// <param name="save">Called with each message before it is there for others, under the store's lock.</param>
public sealed class MailStore(
    TimeProvider? time = null, long capacity = MailStore.DefaultCapacity,
    IReadOnlyList<ReceivedMail>? kept = null, Action<ReceivedMail>? save = null)
{
    /// <summary>256 MiB: several thousand issues, and a laptop does not notice.</summary>
    public const long DefaultCapacity = 256 * 1024 * 1024;

    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Queue<ReceivedMail> mails = new(kept ?? []);
    private TaskCompletionSource arrival = NewSignal();
    private long bytes = kept?.Sum(mail => (long)mail.Raw.Length) ?? 0;
    private int accepted = kept is [.., var newest] ? newest.Id : 0;

    public IReadOnlyList<ReceivedMail> All
    {
        get
        {
            lock (gate)
            {
                return [.. mails];
            }
        }
    }

    /// <summary>How many messages were ever accepted, those included that have left.</summary>
    public int Accepted
    {
        get
        {
            lock (gate)
            {
                return accepted;
            }
        }
    }

    public ReceivedMail Add(string returnPath, string recipient, ReadOnlyMemory<byte> raw, int connection)
    {
        TaskCompletionSource waiting;
        ReceivedMail mail;
        lock (gate)
        {
            mail = new ReceivedMail(++accepted, returnPath, recipient, raw, clock.GetUtcNow(), connection);
            save?.Invoke(mail);
            mails.Enqueue(mail);
            bytes += raw.Length;
            while (bytes > capacity && mails.Count > 1)
            {
                bytes -= mails.Dequeue().Raw.Length;
            }

            (waiting, arrival) = (arrival, NewSignal());
        }

        waiting.SetResult();
        return mail;
    }

    /// <summary>The first message that matches, waiting until it arrives.</summary>
    public async Task<ReceivedMail> WaitForAsync(Func<ReceivedMail, bool> match, CancellationToken cancellationToken)
    {
        for (var seen = 0; ;)
        {
            var (present, next) = Look();
            if (present.FirstOrDefault(mail => mail.Id > seen && match(mail)) is { } found)
            {
                return found;
            }

            seen = present is [.., var last] ? last.Id : 0;
            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until at least so many messages have arrived.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForCountAsync(int count, CancellationToken cancellationToken)
    {
        while (Missing(count) is { } next)
        {
            await next.WaitAsync(cancellationToken);
        }

        return All;
    }

    /// <summary>What is there, and the arrival that would change it, as of one moment.</summary>
    private (IReadOnlyList<ReceivedMail> Mails, Task Next) Look()
    {
        lock (gate)
        {
            return ([.. mails], arrival.Task);
        }
    }

    /// <summary>The next arrival while there are fewer than so many; else none.</summary>
    private Task? Missing(int count)
    {
        lock (gate)
        {
            return accepted < count ? arrival.Task : null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
