using System.Diagnostics;
using System.Globalization;
using Digest.Benchmarks.Sinks;

namespace Digest.Benchmarks.Programs;

/// <summary>Postfix's smtp-source: the same bytes to the same sink from a program that does nothing else.</summary>
internal sealed class SmtpSource(PostfixPrograms postfix)
{
    private const int Probe = 1000;

    /// <param name="sink">Where to.</param>
    /// <param name="messages">How many.</param>
    /// <param name="payload">Bytes of a message without the header that smtp-source writes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Messages a second over ten kept connections.</returns>
    public async Task<double> MeasureAsync(ISink sink, int messages, int payload, CancellationToken cancellationToken)
    {
        var before = sink.Messages;
        var begun = Stopwatch.GetTimestamp();
        await RunAsync(sink, sessions: 10, messages, payload, cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return sink.Messages - before == messages
            ? messages / seconds
            : throw new BenchException($"smtp-source was to send {messages} messages and smtp-sink counted {sink.Messages - before}.");
    }

    /// <summary>Bytes that smtp-source adds to what -l asks for.</summary>
    public async Task<int> MeasureHeaderAsync(CancellationToken cancellationToken)
    {
        await using var sink = new DelaySink(TimeSpan.Zero, readers: 0);
        await RunAsync(sink, sessions: 1, messages: 1, Probe, cancellationToken);
        return (int)sink.Bytes - Probe;
    }

    private async Task RunAsync(ISink sink, int sessions, int messages, int payload, CancellationToken cancellationToken)
    {
        string[] command =
        [
            postfix.Source, "-d", "-s", Text(sessions), "-m", Text(messages), "-l", Text(payload),
            "-M", "bench.example", "-f", "sender@bench.example", "-t", "recipient@bench.example", $"127.0.0.1:{sink.Port}",
        ];
        var run = await ProgramRun.RunAsync(command, cancellationToken, environment: postfix.Environment);
        if (run.ExitCode != 0)
        {
            throw new BenchException($"smtp-source failed: {run.LastLine}");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
