using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Digest.Local;

namespace Digest.Cli.Verbs;

/// <param name="Path">The file.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Scheme">"light" or "dark".</param>
internal sealed record IssuePicture(string Path, int Width, string Scheme);

/// <summary>Pictures of an issue as phones, panes and wide windows show it, in both colour schemes, taken by Chromium.</summary>
internal static partial class IssuePictures
{
    public static readonly IReadOnlyList<int> Widths = [320, 600, 1024];

    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>A picture takes a second or two; a browser that hangs is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <returns>None when no Chromium is in PATH.</returns>
    public static string? FindBrowser() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program)))
        .FirstOrDefault(File.Exists);

    /// <returns>By width, light before dark.</returns>
    /// <exception cref="LocalException">The browser failed.</exception>
    public static async Task<IReadOnlyList<IssuePicture>> TakeAsync(string browser, string html, CancellationToken cancellationToken)
    {
        var pictures = new IssuePicture[Widths.Count, 2];
        await Parallel.ForAsync(
            0, Widths.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(3, Environment.ProcessorCount), CancellationToken = cancellationToken },
            async (index, stop) => (pictures[index, 0], pictures[index, 1]) = await TakeAsync(browser, html, Widths[index], stop));
        return [.. pictures.Cast<IssuePicture>()];
    }

    private static async Task<(IssuePicture Light, IssuePicture Dark)> TakeAsync(string browser, string html, int width, CancellationToken cancellationToken)
    {
        // Two browsers on one profile would be one browser.
        var profile = Directory.CreateTempSubdirectory("digest-preview-");
        try
        {
            var height = await MeasureAsync(browser, profile.FullName, html, width, cancellationToken);
            return (await TakeAsync("light", 1), await TakeAsync("dark", 0));

            async Task<IssuePicture> TakeAsync(string scheme, int setting)
            {
                var picture = Path.ChangeExtension(html, $".{width}.{scheme}.png");
                // One from an earlier run is not taken for this one's.
                File.Delete(picture);
                await RunAsync(browser, profile.FullName,
                    [
                        $"--window-size={width},{height}", $"--blink-settings=preferredColorScheme={setting}",
                        $"--screenshot={Path.GetFullPath(picture)}", UrlOf(html),
                    ],
                    cancellationToken);
                return File.Exists(picture)
                    ? new IssuePicture(picture, width, scheme)
                    : throw new LocalException($"{browser} took no picture and did not say why; leave pictures out with --no-png.");
            }
        }
        finally
        {
            Delete(profile);
        }
    }

    /// <summary>What a browser that was killed still writes keeps a folder for temporary files, and is no reason to fail.</summary>
    private static void Delete(DirectoryInfo profile)
    {
        try
        {
            profile.Delete(recursive: true);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>
    /// Height of the whole page at a width, from a page that holds it in a frame and writes its height into the title:
    /// a window of Chromium's is never narrower than about 500 pixels unless a picture is taken of it.
    /// </summary>
    private static async Task<int> MeasureAsync(string browser, string profile, string html, int width, CancellationToken cancellationToken)
    {
        var page = WebUtility.HtmlEncode(await File.ReadAllTextAsync(html, cancellationToken));
        var frame = Path.Combine(profile, "frame.html");
        await File.WriteAllTextAsync(frame, $"""
            <!DOCTYPE html><meta charset="utf-8"><title></title>
            <iframe width="{width}" style="border:0" srcdoc="{page}" onload="document.title = this.contentDocument.documentElement.scrollHeight"></iframe>
            """, cancellationToken);
        var dom = await RunAsync(browser, profile, ["--window-size=1200,600", "--dump-dom", UrlOf(frame)], cancellationToken);
        return int.TryParse(Title().Match(dom).Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var height) && height > 0
            ? height
            : throw new LocalException($"{browser} did not say how high the issue is at {width} pixels; leave pictures out with --no-png.");
    }

    private static async Task<string> RunAsync(string browser, string profile, string[] arguments, CancellationToken cancellationToken)
    {
        string[] quiet =
        [
            "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--hide-scrollbars", $"--user-data-dir={profile}",
        ];
        // Chromium's sandbox does not start as root; everybody else keeps it.
        string[] sandbox = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];
        using var process = Start(browser, [.. quiet, .. sandbox, .. arguments]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? output : throw new LocalException($"{browser} stopped with {process.ExitCode}: {(await errors).Trim()}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalException($"{browser} took no picture within {Patience.TotalSeconds:0} seconds; try again, or leave pictures out with --no-png.");
        }
        finally
        {
            // Whatever went wrong: no browser outlives the command.
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private static Process Start(string browser, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(browser, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception error)
        {
            throw new LocalException($"{browser} cannot be run ({error.Message}); mend it, or leave pictures out with --no-png.");
        }
    }

    private static string UrlOf(string path) => new Uri(Path.GetFullPath(path)).AbsoluteUri;

    [GeneratedRegex("<title>([0-9]+)</title>")]
    private static partial Regex Title();
}
