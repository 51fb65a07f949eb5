using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Digest.Settings;

/// <summary>Says what is wrong with a value, as a clause that follows the field's name, or null.</summary>
public delegate string? FieldCheck(string value);

/// <summary>
/// One mapping of a YAML input, read field by field. What is wrong is collected with its line and path, and reading goes
/// on, so that one round of editing mends it all. A field nobody asked for is a problem too: see <see cref="RefuseUnknown"/>.
/// </summary>
public sealed class YamlFields
{
    private readonly InputProblems problems;
    private readonly YamlMappingNode mapping;
    private readonly string path;
    private readonly List<string> known = [];

    private YamlFields(InputProblems problems, YamlMappingNode mapping, string path) =>
        (this.problems, this.mapping, this.path) = (problems, mapping, path);

    /// <returns>The input's outermost mapping, or null when it is no YAML mapping, which is then a problem.</returns>
    public static YamlFields? Read(string yaml, InputProblems problems)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException error)
        {
            problems.Add((int)error.Start.Line, null, $"is not YAML: {error.Message.TrimEnd('.')}. "
                + "A value that holds a colon, or begins with a sign such as [ * & or @, must stand in quotes.");
            return null;
        }

        if (stream.Documents.FirstOrDefault()?.RootNode is YamlMappingNode root)
        {
            return new YamlFields(problems, root, "");
        }

        problems.Add(1, null, "holds no fields; write one \"name: value\" a line.");
        return null;
    }

    /// <summary>Fields that came in another form; see <see cref="JsonFields"/>.</summary>
    internal static YamlFields Of(YamlMappingNode mapping, InputProblems problems) => new(problems, mapping, "");

    /// <summary>The value on one line, without surrounding space; null where it is absent or empty.</summary>
    public string? Text(string key, params ReadOnlySpan<FieldCheck> checks) =>
        Find(key) is { } node ? Check(Scalar(node, PathOf(key)), node, PathOf(key), checks) : null;

    /// <summary>As <see cref="Text"/>; an absent value is a problem and reads as "".</summary>
    public string Required(string key, params ReadOnlySpan<FieldCheck> checks)
    {
        if (Find(key) is null)
        {
            problems.Add(Line, PathOf(key), "is missing.");
        }

        return Text(key, checks) ?? "";
    }

    /// <summary>A value that keeps its line ends, as LF.</summary>
    public string? Lines(string key) => Find(key) is YamlScalarNode { Value: { } text } node
        ? Check(text.ReplaceLineEndings("\n").Trim(), node, PathOf(key), [])
        : Text(key);

    /// <summary>A value as it stands, indented code and all, line ends as LF; not checked.</summary>
    public string? Verbatim(string key) => Find(key) is YamlScalarNode { Value: { } text } ? text.ReplaceLineEndings("\n") : Text(key);

    public int WholeNumber(string key, int absent, int least, int most) =>
        int.TryParse(Text(key, FieldChecks.Between(least, most)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : absent;

    /// <summary>YAML 1.2's true or false.</summary>
    public bool YesOrNo(string key, bool absent) => Text(key, FieldChecks.OneOf(["true", "false"], "choice here")) switch
    {
        "true" => true,
        "false" => false,
        _ => absent,
    };

    /// <summary>A list of texts; one text alone is a list of one.</summary>
    public IReadOnlyList<string> Texts(string key, params ReadOnlySpan<FieldCheck> checks)
    {
        var texts = new List<string>();
        foreach (var (node, itemPath) in Items(key))
        {
            if (Check(Scalar(node, itemPath), node, itemPath, checks) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>The mapping under a key; an absent one has no fields.</summary>
    public YamlFields Mapping(string key)
    {
        var node = Find(key);
        return node is null ? new YamlFields(problems, new YamlMappingNode(), PathOf(key)) { Line = Line } : AsMapping(node, PathOf(key));
    }

    /// <summary>A list of mappings.</summary>
    public IReadOnlyList<YamlFields> Mappings(string key) => [.. Items(key).Select(item => AsMapping(item.Node, item.Path))];

    /// <summary>A problem that no single value has, at this field's line.</summary>
    public void Report(string key, string message) =>
        problems.Add(LineOf(mapping.Children.Keys.FirstOrDefault(name => name.Equals(new YamlScalarNode(key)))) ?? Line, PathOf(key), message);

    /// <summary>To be called when every field was asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var key in mapping.Children.Keys.Except(known.Select(name => new YamlScalarNode(name))))
        {
            var name = key.ToString();
            problems.Add(LineOf(key), PathOf(name), $"is no field here; {Spelling.Suggest(name, known)}");
        }
    }

    private int Line { get => field == 0 ? LineOf(mapping) ?? 1 : field; init; }

    private YamlFields AsMapping(YamlNode node, string nodePath)
    {
        if (node is YamlMappingNode inner)
        {
            return new YamlFields(problems, inner, nodePath);
        }

        problems.Add(LineOf(node), nodePath, "must hold fields, one \"name: value\" a line.");
        return new YamlFields(new InputProblems(""), new YamlMappingNode(), nodePath);
    }

    private IEnumerable<(YamlNode Node, string Path)> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode sequence => sequence.Select((node, index) => (node, $"{PathOf(key)}[{index}]")),
        { } single => [(single, PathOf(key))],
    };

    private YamlNode? Find(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) && !IsNull(node) ? node : null;
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode scalar && (string.IsNullOrWhiteSpace(scalar.Value) || (scalar.Style == ScalarStyle.Plain && scalar.Value is "~" or "null"));

    private string? Scalar(YamlNode node, string nodePath)
    {
        if (node is YamlScalarNode { Value: { } text })
        {
            return string.Join(' ', text.Split(['\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        problems.Add(LineOf(node), nodePath, node is YamlMappingNode
            ? "must be one text; a text that holds a colon must stand in quotes."
            : "must be one text, not a list.");
        return null;
    }

    /// <summary>Names the first thing that is wrong; the value is passed on, as reading goes on.</summary>
    private string? Check(string? text, YamlNode node, string nodePath, ReadOnlySpan<FieldCheck> checks)
    {
        foreach (var check in (ReadOnlySpan<FieldCheck>)[FieldChecks.Printable, .. checks])
        {
            if (text is not null && check(text) is { } wrong)
            {
                problems.Add(LineOf(node), nodePath, wrong);
                break;
            }
        }

        return text;
    }

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static int? LineOf(YamlNode? node) => node is null || node.Start.Line == 0 ? null : (int)node.Start.Line;
}
