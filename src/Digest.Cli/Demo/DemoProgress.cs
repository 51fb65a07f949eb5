using System.Diagnostics;
using System.Globalization;

namespace Digest.Cli.Demo;

/// <summary>Says on stderr what the demo is doing, so that stdout carries the result alone.</summary>
internal sealed class DemoProgress
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public double Seconds => Math.Round(watch.Elapsed.TotalSeconds, 1);

    public void Say(string what) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,6:0.0} s  {what}"));
}
