using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Digest.Local;

namespace Digest.Cli.Verbs;

/// <summary>Pictures of an issue as phones, panes and wide windows show it, in both colour schemes, taken by Chromium.</summary>
internal static partial class IssuePictures
{
    private static readonly int[] Widths = [320, 600, 1024];

    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome"];

    /// <exception cref="LocalException">No Chromium is in PATH.</exception>
    public static string FindBrowser() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program)))
        .FirstOrDefault(File.Exists)
        ?? throw new LocalException("--png needs Chromium and none is in PATH; install the package chromium, or leave --png out.");

    public static async Task TakeAsync(string browser, string html, Action<string> taken, CancellationToken cancellationToken)
    {
        var profile = Directory.CreateTempSubdirectory("digest-preview-");
        try
        {
            foreach (var width in Widths)
            {
                var height = await MeasureAsync(browser, profile.FullName, html, width, cancellationToken);
                foreach (var (scheme, setting) in new[] { ("light", 1), ("dark", 0) })
                {
                    var picture = Path.ChangeExtension(Path.GetFullPath(html), $".{width}.{scheme}.png");
                    await RunAsync(browser, profile.FullName,
                        [$"--window-size={width},{height}", $"--blink-settings=preferredColorScheme={setting}", $"--screenshot={picture}", UrlOf(html)],
                        cancellationToken);
                    taken(picture);
                }
            }
        }
        finally
        {
            profile.Delete(recursive: true);
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
        return int.Parse(Title().Match(dom).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static async Task<string> RunAsync(string browser, string profile, string[] arguments, CancellationToken cancellationToken)
    {
        string[] quiet =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--hide-scrollbars", $"--user-data-dir={profile}",
        ];
        using var process = Process.Start(new ProcessStartInfo(browser, [.. quiet, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : throw new LocalException($"{browser} stopped with {process.ExitCode}: {(await errors).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string UrlOf(string path) => new Uri(Path.GetFullPath(path)).AbsoluteUri;

    [GeneratedRegex("<title>([0-9]+)</title>")]
    private static partial Regex Title();
}
