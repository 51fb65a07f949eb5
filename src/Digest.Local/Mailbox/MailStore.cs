namespace Digest.Local.Mailbox;

/// <summary>One message as it arrived: dot-stuffing undone, not a byte changed otherwise.</summary>
public sealed record ReceivedMail(
    int Id, string ReturnPath, string Recipient, ReadOnlyMemory<byte> Raw, DateTimeOffset ReceivedAt, int Connection);

/// <summary>What a local mailbox has accepted, in order of arrival. Safe to share between threads.</summary>
public sealed class MailStore
{
    public IReadOnlyList<ReceivedMail> All => throw new NotImplementedException();

    public ReceivedMail Add(string returnPath, string recipient, ReadOnlyMemory<byte> raw, int connection) =>
        throw new NotImplementedException($"{returnPath}{recipient}{raw}{connection}");

    /// <summary>The first message that matches, waiting until it arrives.</summary>
    public Task<ReceivedMail> WaitForAsync(Func<ReceivedMail, bool> match, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{match}");

    /// <summary>Waits until at least so many messages have arrived.</summary>
    public Task<IReadOnlyList<ReceivedMail>> WaitForCountAsync(int count, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{count}");
}
