using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Digest.Benchmarks.Programs;

namespace Digest.Benchmarks.Sinks;

/// <summary>
/// Postfix's smtp-sink, single-threaded: what it can take is the limit that speeds are measured against. It counts
/// messages into a file, for smtp-source's and for ours alike.
/// </summary>
internal sealed class SmtpSink : ISink
{
    private const int Backlog = 1000;
    private const int LongestCount = 200;

    private readonly Child child;

    private SmtpSink(Child child, int port)
    {
        this.child = child;
        Port = port;
    }

    public int Port { get; }

    public long Messages => ReadCount();

    public long Doubled => 0;

    /// <exception cref="BenchException">It does not start.</exception>
    public static async Task<SmtpSink> StartAsync(PostfixPrograms postfix, string folder, CancellationToken cancellationToken)
    {
        var port = FreePort();
        // It refuses to run as root.
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        string[] command = [postfix.Sink, "-c", "-m", "1000", .. user, $"127.0.0.1:{port}", Backlog.ToString(CultureInfo.InvariantCulture)];
        var sink = new SmtpSink(await Child.StartAsync(command, Path.Combine(folder, $"smtp-sink-{port}.log"), postfix.Environment), port);
        await sink.WaitUntilListeningAsync(cancellationToken);
        return sink;
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    private async Task WaitUntilListeningAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (child.HasExited)
            {
                throw new BenchException($"smtp-sink does not start: {child.LastLine()}");
            }

            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    /// <summary>Counts stand one after the other as "sess=1 quit=1 mesg=17", each ended by a carriage return.</summary>
    private long ReadCount()
    {
        using var file = new FileStream(child.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(file.Length, LongestCount), SeekOrigin.End);
        var buffer = new byte[LongestCount];
        var tail = Encoding.ASCII.GetString(buffer, 0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        var whole = tail[..(tail.LastIndexOf('\r') + 1)];
        var last = whole.LastIndexOf("mesg=", StringComparison.Ordinal);
        return last < 0 ? 0 : long.Parse(whole.AsSpan(last + 5).TrimEnd("\r\n "), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
