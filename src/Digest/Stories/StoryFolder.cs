using System.Text;
using Digest.Settings;

namespace Digest.Stories;

/// <summary>Where written stories lie: a folder with the folders in it, one file, or standard input.</summary>
public static class StoryFolder
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // A folder that cannot be entered is an error, not an absence; names with a leading dot are an editor's or git's.
    private static readonly EnumerationOptions Recursively = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        MaxRecursionDepth = 32,
    };

    /// <summary>Reads one file, or every *.md file below a folder.</summary>
    /// <returns>At least one, in the order of their paths.</returns>
    /// <exception cref="RefusedException">There is nothing at the path, no story in the folder, or it may not be read.</exception>
    /// <exception cref="InputException">A file is not UTF-8.</exception>
    public static IReadOnlyList<StoryInput> Read(string path)
    {
        try
        {
            return [.. FilesAt(path).Select(ReadFile)];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new RefusedException($"{path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads one story from standard input.</summary>
    /// <exception cref="InputException">It is not UTF-8.</exception>
    public static StoryInput ReadStandardInput(Stream standardInput) => ReadText(StoryInput.StandardInput, standardInput);

    private static List<string> FilesAt(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new RefusedException($"There is no file or folder {path}.");
        }

        var files = Directory.EnumerateFiles(path, "*.md", Recursively).Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new RefusedException($"The folder {path} holds no story: no file in it ends in .md.");
    }

    private static StoryInput ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        return ReadText(path, file);
    }

    private static StoryInput ReadText(string name, Stream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, StrictUtf8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
            return new StoryInput(name, reader.ReadToEnd());
        }
        catch (DecoderFallbackException)
        {
            throw new InputException([new InputProblem(name, null, null, "is not UTF-8; save it in that encoding.")]);
        }
    }
}
