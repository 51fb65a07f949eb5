using System.Globalization;
using System.Text.Json.Serialization;

namespace Digest.Cli.Drill;

/// <summary>What came of a drill, in the order and names in which <c>--json</c> prints it.</summary>
internal sealed record DrillReport
{
    public required int Readers { get; init; }

    public required int Workers { get; init; }

    /// <summary>Of each worker.</summary>
    public required int Connections { get; init; }

    /// <summary>How many workers were killed; fewer than asked for when the send was over before.</summary>
    public required int Kills { get; init; }

    public required int Seed { get; init; }

    public required int Accepted { get; init; }

    public required int InDoubt { get; init; }

    /// <summary>Those in doubt that the mailbox has.</summary>
    public required int InDoubtReceived { get; init; }

    public required int Lost { get; init; }

    public required int Doubled { get; init; }

    /// <summary>Connections that a worker had open when it was killed, at each kill.</summary>
    public required IReadOnlyList<int> OpenAtKills { get; init; }

    /// <summary>What is in doubt of the worker that was killed, at each kill.</summary>
    public required IReadOnlyList<int> InDoubtAtKills { get; init; }

    /// <summary>From the start of the first worker until the last row was settled.</summary>
    public required double Seconds { get; init; }

    public required double MessagesPerSecond { get; init; }

    /// <summary>Kills that left more in doubt than one message for each connection that was open at that kill.</summary>
    [JsonIgnore]
    public int KillsBeyondOpen => InDoubtAtKills.Zip(OpenAtKills).Count(kill => kill.First > kill.Second);

    /// <summary>What is in doubt of workers that nobody killed.</summary>
    [JsonIgnore]
    public int InDoubtOfLiving => InDoubt - InDoubtAtKills.Sum();

    [JsonIgnore]
    public bool Passed => Lost == 0 && Doubled == 0 && KillsBeyondOpen == 0 && InDoubtOfLiving == 0;

    public void Print(TextWriter to)
    {
        to.WriteLine();
        Line("readers", Readers, "");
        Line("workers", Workers, $"with {Connections} connections each");
        Line("kills", Kills, $"by SIGKILL at random instants (--seed {Seed})");
        Line("open", OpenAtKills.Sum(), "connections at these kills, all together");
        Line("accepted", Accepted, "");
        Line("in doubt", InDoubt, $"{InDoubtReceived} of them in the mailbox; {Excess()}");
        Line("lost", Lost, "");
        Line("doubled", Doubled, "");
        Line("seconds", (int)Seconds, string.Create(CultureInfo.InvariantCulture, $"{MessagesPerSecond:N0} messages a second, kills and recovery included"));
        to.WriteLine();
        to.WriteLine(Passed
            ? "Nothing was lost, nothing was doubled, and what is in doubt is no more than the connections that were cut."
            : "This is a fault of Digest: please report it with the seed and this table.");

        string Excess() => (KillsBeyondOpen, InDoubtOfLiving) switch
        {
            (0, 0) => "at each kill at most its open connections",
            (0, var living) => $"{living} of workers that were not killed",
            var (kills, _) => $"more than its open connections at {kills} of the kills",
        };

        void Line(string what, int count, string note) =>
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-10} {count,9:N0}   {note}").TrimEnd());
    }
}
