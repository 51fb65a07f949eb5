using System.Globalization;

namespace Digest.Benchmarks.Programs;

/// <summary>The worker of an installation: as ./digest bench publishes it, in a process of its own, told by settings alone what to do.</summary>
internal static class WorkerProgram
{
    /// <summary>What the Dockerfile sets for every program.</summary>
    private static readonly KeyValuePair<string, string?>[] OfTheImage = [new("DOTNET_GCgen0size", "0x800000")];

    /// <param name="settings">Names with colons, as in docs/settings.md.</param>
    /// <param name="logFile">Where its log goes.</param>
    /// <exception cref="BenchException">It is not published.</exception>
    public static Task<Child> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, string logFile)
    {
        var program = Path.Combine(Checkout.Home, "bench-worker", "Digest.Worker.dll");
        if (!File.Exists(program))
        {
            throw new BenchException($"The worker is not published ({program}); run ./digest bench, which publishes it.");
        }

        return Child.StartAsync([DotNet(), program], logFile,
            [
                .. OfTheImage,
                .. settings.Select(setting => KeyValuePair.Create(setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)),
            ]);
    }

    /// <summary>Most memory that a process has held so far, in units of 1,000,000 bytes.</summary>
    public static double PeakMegabytes(int processId)
    {
        // "VmHWM:    123456 kB", in units of 1024.
        var line = File.ReadLines($"/proc/{processId}/status").First(status => status.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    /// <summary>The one that runs us, unless we run by our own name.</summary>
    private static string DotNet() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
}
