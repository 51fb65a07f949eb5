using Digest.Local.Mailbox;

namespace Digest.Cli.Drill;

/// <summary>A worker and a door of the mailbox that it has to itself, so that the connections it leaves open are known.</summary>
internal sealed class DrillWorker : IAsyncDisposable
{
    /// <summary>Taken over each message, as by a relay in another place: a kill then meets messages that wait for their reply.</summary>
    private static readonly TimeSpan RelayDelay = TimeSpan.FromMilliseconds(10);

    private readonly MailboxServer relay;
    private readonly WorkerProcess process;
    private int abandonedBefore;

    private DrillWorker(int number, MailboxServer relay, WorkerProcess process) =>
        (Number, this.relay, this.process) = (number, relay, process);

    public static async Task<DrillWorker> StartAsync(
        int number, IReadOnlyDictionary<string, string?> settings, MailStore mail, string folder)
    {
        var relay = await MailboxServer.StartAsync(new MailboxOptions { Keep = DrillCount.MessageIdOf }, mail);
        relay.Script.On(SmtpStep.Dot).Delay(RelayDelay);
        Dictionary<string, string?> own = new(settings)
        {
            [DrillSettings.Database] = DrillDoubts.WithNumber(settings[DrillSettings.Database]!, number),
            ["Digest:Smtp:Port"] = $"{relay.Port}",
        };
        return new DrillWorker(number, relay, WorkerProcess.Start(own, folder));
    }

    /// <summary>From 1, in order of starting.</summary>
    public int Number { get; }

    public bool HasExited => process.HasExited;

    public string LastWords => process.LastWords;

    public bool IsSending => !process.HasExited && relay.OpenConnections > 0;

    /// <summary>Connections that it had open when it was killed, once the mailbox has found them cut.</summary>
    public int OpenAtKill => relay.Abandoned - abandonedBefore;

    public void Kill()
    {
        abandonedBefore = relay.Abandoned;
        process.Kill();
    }

    public Task EndAsync() => process.EndAsync();

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await relay.DisposeAsync();
    }
}
