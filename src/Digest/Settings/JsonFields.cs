using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Digest.Settings;

/// <summary>JSON read as the YAML that it is (YAML 1.2 section 1.3), so that one reader and one set of rules serve both.</summary>
public static class JsonFields
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <returns>The outermost object, or null when it is no JSON object, which is then a problem.</returns>
    public static YamlFields? Read(ReadOnlyMemory<byte> json, InputProblems problems)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return YamlFields.Of((YamlMappingNode)Node(document.RootElement), problems);
            }

            problems.Add(1, null, "is no JSON object; write { \"title\": \"...\", ... }.");
        }
        catch (JsonException error)
        {
            problems.Add((int?)(error.LineNumber + 1), null, "is not JSON, or names a field twice.");
        }
        catch (Exception error) when (error is InvalidOperationException or DecoderFallbackException)
        {
            problems.Add(null, null, "is not UTF-8, or holds half of an escaped surrogate pair.");
        }

        return null;
    }

    private static YamlNode Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new YamlMappingNode(value.EnumerateObject().Select(field => KeyValuePair.Create((YamlNode)new YamlScalarNode(field.Name), Node(field.Value)))),
        JsonValueKind.Array => new YamlSequenceNode(value.EnumerateArray().Select(Node)),
        // Quoted, as a text that reads "null" is a text.
        JsonValueKind.String => new YamlScalarNode(value.GetString()) { Style = ScalarStyle.DoubleQuoted },
        _ => new YamlScalarNode(value.GetRawText()),
    };
}
