using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using RazorLight;
using RazorLight.Caching;
using RazorLight.Compilation;
using RazorLight.Generation;
using RazorLight.Razor;

namespace Digest.Rendering;

/// <summary>
/// Templates as RazorLight compiled them, in memory and between runs in a folder, named by the hash of what they were made
/// from. The compiler takes seconds and a hundred megabytes, which a worker that only sends need not spend at each start.
/// RazorLight's own FileSystemCachingProvider writes files that another process may read half, and takes a template for
/// the same that was compiled against another version of the program.
/// </summary>
/// <param name="directory">Of the templates.</param>
/// <param name="cache">The folder to keep them in, private to whoever runs us as it holds code; none keeps them in memory alone.</param>
internal sealed partial class CompiledTemplates(string directory, string? cache) : ICachingProvider, IPrecompileCallback
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly string Versions = string.Concat(
        typeof(CompiledTemplates).Assembly.ManifestModule.ModuleVersionId, typeof(RazorLightEngine).Assembly.ManifestModule.ModuleVersionId);

    private readonly ConcurrentDictionary<string, (string Hash, Func<ITemplatePage> Make)> known = [];

    /// <summary>By file: what it was when the compiler was asked for it, as it may be saved anew meanwhile.</summary>
    private readonly ConcurrentDictionary<string, string> compiling = [];

    public TemplateCacheLookupResult RetrieveTemplate(string key)
    {
        if (HashOf(key) is not { } hash)
        {
            return new TemplateCacheLookupResult();
        }

        if (known.TryGetValue(key, out var found) && found.Hash == hash)
        {
            return new TemplateCacheLookupResult(new TemplateCacheItem(key, found.Make));
        }

        if (Load(key, hash) is not { } make)
        {
            compiling[FileOf(key)] = hash;
            return new TemplateCacheLookupResult();
        }

        known[key] = (hash, make);
        return new TemplateCacheLookupResult(new TemplateCacheItem(key, make));
    }

    public void CacheTemplate(string key, Func<ITemplatePage> pageFactory, IChangeToken? expirationToken)
    {
        if (HashOf(key) is { } hash)
        {
            known[key] = (hash, pageFactory);
            // RazorLight's compiler knows a template until this fires: what is made before may be of the file as it was.
            expirationToken?.RegisterChangeCallback(_ => Remove(key), state: null);
        }
    }

    public bool Contains(string key) => RetrieveTemplate(key).Success;

    public void Remove(string key) => known.TryRemove(key, out _);

    /// <summary>Keeps what has just been compiled. Where that is impossible the next run compiles again.</summary>
    public void Invoke(IGeneratedRazorTemplate generatedRazorTemplate, byte[] rawAssembly, byte[] rawSymbolStore)
    {
        if (cache is null
            || HashOf(generatedRazorTemplate.TemplateKey) is not { } hash
            || !compiling.TryRemove(FileOf(generatedRazorTemplate.TemplateKey), out var asked)
            || asked != hash)
        {
            return;
        }

        try
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(cache, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            Directory.CreateDirectory(cache);
            if (!IsPrivate())
            {
                return;
            }

            // The assembly last: where it is, all is.
            Write($"{hash}.pdb", rawSymbolStore);
            Write($"{hash}.dll", rawAssembly);
            DeleteOld();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A read-only home, as of a locked-down service.
        }
    }

    private Func<ITemplatePage>? Load(string key, string hash)
    {
        if (cache is null || !IsPrivate())
        {
            return null;
        }

        try
        {
            var file = Path.Combine(cache, $"{hash}.dll");
            var symbols = Path.ChangeExtension(file, ".pdb");
            if (!File.Exists(file) || !File.Exists(symbols))
            {
                return null;
            }

            var template = Assembly.Load(File.ReadAllBytes(file), File.ReadAllBytes(symbols))
                .GetCustomAttribute<RazorLightTemplateAttribute>()?.TemplateType;
            return template is null ? null : () =>
            {
                var page = (ITemplatePage)Activator.CreateInstance(template)!;
                page.Key = key;
                return page;
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            // Compiled again, which also writes it again.
            return null;
        }
    }

    /// <returns>None when there is no such file, which RazorLight then says.</returns>
    private string? HashOf(string key)
    {
        var name = FileOf(key);
        var file = Path.Combine(directory, name);
        return File.Exists(file)
            ? Convert.ToHexStringLower(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(name + Versions), .. File.ReadAllBytes(file)]))
            : null;
    }

    private static string FileOf(string key) =>
        key.EndsWith(".cshtml", StringComparison.Ordinal) ? Path.GetFileName(key) : Path.GetFileName(key) + ".cshtml";

    /// <summary>Code that others may have put there is not loaded.</summary>
    private bool IsPrivate() => OperatingSystem.IsWindows() || !Directory.Exists(cache)
        || (File.GetUnixFileMode(cache) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0;

    private void Write(string name, byte[] bytes)
    {
        var whole = Path.Combine(cache!, name);
        var part = $"{whole}.{Guid.NewGuid():N}";
        File.WriteAllBytes(part, bytes);
        File.Move(part, whole, overwrite: true);
    }

    private void DeleteOld()
    {
        // The folder may be one that holds other things.
        foreach (var file in new DirectoryInfo(cache!).EnumerateFiles()
            .Where(file => OurName().IsMatch(file.Name) && file.LastWriteTimeUtc < DateTime.UtcNow - Kept))
        {
            file.Delete();
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{64}\.(dll|pdb)(\.[0-9a-f]{32})?$")]
    private static partial Regex OurName();
}
