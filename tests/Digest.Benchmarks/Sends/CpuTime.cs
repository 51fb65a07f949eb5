using System.Globalization;

namespace Digest.Benchmarks.Sends;

/// <summary>User and system time of processes, from /proc in its ticks of 10 ms.</summary>
internal static class CpuTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of one process, all its threads.</summary>
    public static double Of(int processId) => Read(processId) is { } stat ? stat.Own / TicksPerSecond : 0;

    /// <summary>Seconds of a PostgreSQL server: the postmaster, the processes it has now, and those that came and went.</summary>
    public static double OfServer(int postmaster)
    {
        var ticks = Read(postmaster) is { } server ? server.Own + server.Reaped : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Read(id) is { } child && child.Parent == postmaster)
            {
                ticks += child.Own + child.Reaped;
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>See proc(5): the fields after the name, which stands in brackets and may hold anything.</summary>
    private static (int Parent, long Own, long Reaped)? Read(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return ((int)Field(4), Field(14) + Field(15), Field(16) + Field(17));
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }
}
