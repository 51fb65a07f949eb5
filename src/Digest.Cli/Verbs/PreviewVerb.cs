using System.CommandLine;
using Digest.Local;

namespace Digest.Cli.Verbs;

/// <summary>Writes the week's issue as it is frozen, byte for byte but for the slots, to be read before it is approved.</summary>
internal static class PreviewVerb
{
    public static Command Create()
    {
        var folder = new Option<string>("--out", "-o")
        {
            Description = "Folder to write index.html and a file for each part, variant and picture into.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "preview",
        };
        var pictures = new Option<bool>("--png") { Description = "Fail where no Chromium is there to take pictures; without it they are left out." };
        var noPictures = new Option<bool>("--no-png") { Description = "Take no pictures." };
        var sample = new Option<bool>("--sample") { Description = "Show the sample week, which needs no database." };
        var (newsletter, week) = (VerbOptions.Newsletter(), VerbOptions.WeekToCome());
        var verb = new Command("preview", "Write the week's issue as HTML, text and pictures, with links that do nothing.")
        {
            folder, pictures, noPictures, sample, newsletter, week,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var issue = await PreviewedIssue.FindAsync(
                parsed.GetValue(newsletter), parsed.GetValue(week), parsed.GetValue(sample), cancellationToken);
            var browser = parsed.GetValue(noPictures) ? null : FindBrowser(parsed.GetValue(pictures));
            await WriteAsync(issue, parsed.GetValue(folder)!, browser, cancellationToken);
            return 0;
        });
        return verb;
    }

    /// <exception cref="LocalException">There is none and it was asked for.</exception>
    private static string? FindBrowser(bool required)
    {
        var browser = IssuePictures.FindBrowser();
        if (browser is null && required)
        {
            throw new LocalException("--png needs Chromium and none is in PATH; install the package chromium, or leave --png out.");
        }

        if (browser is null)
        {
            Console.Error.WriteLine("digest: no pictures, as no Chromium is in PATH; install the package chromium to have them.");
        }

        return browser;
    }

    private static async Task WriteAsync(PreviewedIssue issue, string folder, string? browser, CancellationToken cancellationToken)
    {
        if (issue.Why is { } why)
        {
            Console.Error.WriteLine($"digest: this is the sample week and no issue of yours ({why}).");
        }

        MakeFolder(folder);
        var files = new List<(string Variant, string Html, string Text, IReadOnlyList<IssuePicture> Pictures)>();
        foreach (var (variant, mail) in issue.Variants)
        {
            var name = Path.Combine(folder, variant.Length == 0 ? "issue" : $"issue.{FileName(variant)}");
            await WriteAsync($"{name}.html", mail.Html, cancellationToken);
            await WriteAsync($"{name}.text", mail.Text, cancellationToken);
            var pictures = browser is null ? [] : await IssuePictures.TakeAsync(browser, $"{name}.html", cancellationToken);
            foreach (var picture in pictures)
            {
                Console.Out.WriteLine(picture.Path);
            }

            files.Add((variant, $"{name}.html", $"{name}.text", pictures));
        }

        await WriteAsync(Path.Combine(folder, "index.html"), PreviewIndex.Of(issue, files), cancellationToken);
    }

    /// <summary>A variant's key as a file may be called; keys are of lower-case words and signs between them.</summary>
    private static string FileName(string variant) =>
        string.Concat(variant.Select(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '+' ? sign : '-'));

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"The folder {folder} cannot be made: {error.Message.TrimEnd('.')}; name another with --out.");
        }
    }

    /// <summary>Written beside and moved over, so that a full disk leaves no half issue.</summary>
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var draft = path + ".new";
        try
        {
            await File.WriteAllTextAsync(draft, text, cancellationToken);
            File.Move(draft, path, overwrite: true);
        }
        catch (IOException error)
        {
            File.Delete(draft);
            throw new VerbException($"Cannot write {path}: {error.Message.TrimEnd('.')}; name another folder with --out.");
        }

        Console.Out.WriteLine(path);
    }
}
