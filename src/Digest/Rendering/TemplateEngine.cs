using System.Globalization;
using System.Text.RegularExpressions;
using Digest.Settings;
using Microsoft.Extensions.Options;
using RazorLight;
using RazorLight.Compilation;
using RazorLight.Generation;

namespace Digest.Rendering;

/// <summary>
/// Compiles and runs the templates of one folder. Only this file and CompiledTemplates know RazorLight, which is unmaintained: whatever
/// replaces it replaces these. A template is compiled once, by its name; never for a recipient.
/// </summary>
public sealed partial class TemplateEngine(IOptions<TemplateSettings> settings)
{
    private readonly string directory = Path.GetFullPath(settings.Value.Directory);
    private readonly Lazy<RazorLightEngine> html = new(() => Builder(settings.Value).Build());

    // HTML is encoded by default; a text twin must not be (RazorLight issue 62).
    private readonly Lazy<RazorLightEngine> text = new(() => Builder(settings.Value).DisableEncoding().Build());

    /// <exception cref="SettingException">There is no such template.</exception>
    public void Require(string template) => ReadFile($"{template}.cshtml");

    /// <summary>Compiles every template of the folder, side by side: one takes a second or more when it is the first.</summary>
    /// <exception cref="InputException">A template does not compile.</exception>
    public Task CompileAllAsync() => Task.WhenAll(System.IO.Directory
        .EnumerateFiles(directory, "*.cshtml")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Select(template => Task.Run(() => ExplainAsync(template, () => EngineOf(template).CompileTemplateAsync(template)))));

    /// <summary>Runs a template, and compiles it first when nobody has. A name that ends in ".text" is a text twin.</summary>
    /// <exception cref="SettingException">There is no such template.</exception>
    /// <exception cref="InputException">A template does not compile.</exception>
    public Task<string> RenderAsync<TView>(string template, TView view) =>
        ExplainAsync(template, () => EngineOf(template).CompileRenderAsync(template, view));

    /// <summary>Another file of the folder, such as the style sheet.</summary>
    /// <exception cref="SettingException">There is no such file.</exception>
    public string ReadFile(string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? File.ReadAllText(path) : throw Missing(name);
    }

    private static RazorLightEngineBuilder Builder(TemplateSettings settings) => new RazorLightEngineBuilder()
        .SetOperatingAssembly(typeof(TemplateEngine).Assembly)
        .UseFileSystemProject(Path.GetFullPath(settings.Directory))
        .UseCachingProvider(new CompiledTemplates(settings.Directory, settings.Cache is "" ? null : settings.Cache))
        // RazorLight ignores _ViewImports.
        .AddDefaultNamespaces("System", "System.Collections.Generic", "System.Linq", "Digest.Newsletters", "Digest.Rendering");

    private RazorLightEngine EngineOf(string template) =>
        template.EndsWith(".text", StringComparison.Ordinal) ? text.Value : html.Value;

    private async Task<T> ExplainAsync<T>(string template, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (TemplateNotFoundException missing)
        {
            throw Missing(NamedIn(missing.Message) ?? $"{template}.cshtml");
        }
        catch (TemplateGenerationException error)
        {
            throw new InputException([.. error.Diagnostics.Select(found =>
                Problem(template, found.Span.FilePath, found.Span.LineIndex, found.GetMessage(CultureInfo.InvariantCulture)))]);
        }
        catch (TemplateCompilationException error)
        {
            throw new InputException([.. error.CompilationDiagnostics.Select(found =>
                Problem(template, found.LineSpan?.Path, found.LineSpan?.StartLinePosition.Line ?? -1, found.ErrorMessage))]);
        }
    }

    /// <param name="template">The one that was asked for; what it includes may be at fault.</param>
    /// <param name="file">As the compiler names it.</param>
    /// <param name="line">From 0, or less when the compiler does not say.</param>
    /// <param name="message">The compiler's words.</param>
    private InputProblem Problem(string template, string? file, int line, string message) => new(
        Path.Combine(directory, string.IsNullOrEmpty(file) ? $"{template}.cshtml" : Path.GetFileName(file)),
        line >= 0 ? line + 1 : null,
        Field: null,
        message);

    private SettingException Missing(string file) => new(
        $"Digest:Templates:Directory '{directory}' has no {file}; restore it from the templates that come with the program.");

    private static string? NamedIn(string message) =>
        TemplateFile().Match(message) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"[\w.-]+\.cshtml")]
    private static partial Regex TemplateFile();
}
