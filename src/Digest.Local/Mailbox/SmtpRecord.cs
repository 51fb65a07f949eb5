using System.Collections.Concurrent;

namespace Digest.Local.Mailbox;

/// <summary>What a server saw, shared by its conversations.</summary>
internal sealed class SmtpRecord
{
    /// <summary>A mailbox that runs for days does not remember every command.</summary>
    private const int MostLines = 200_000;

    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentQueue<string> logins = new();
    private int dots;

    public IReadOnlyList<string> Lines => [.. lines];

    public IReadOnlyList<string> Logins => [.. logins];

    public int Dots => Volatile.Read(ref dots);

    public void Command(int connection, string line)
    {
        lines.Enqueue($"{connection}: {line}");
        if (lines.Count > MostLines)
        {
            lines.TryDequeue(out _);
        }
    }

    public void Login(string userName) => logins.Enqueue(userName);

    public void Dot() => Interlocked.Increment(ref dots);
}
