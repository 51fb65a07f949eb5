using System.Text.Json;

namespace Digest.Issues.Writer;

/// <summary>What the model wrote, not yet believed.</summary>
internal sealed record WriterAnswer(IReadOnlyList<AnswerLine?>? Introduction, IReadOnlyList<AnswerLine?>? Subjects)
{
    /// <exception cref="WriterException">It is not the JSON that was asked for.</exception>
    public static WriterAnswer Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<WriterAnswer>(text, JsonSerializerOptions.Web)
                ?? throw new WriterException("the model's answer is empty");
        }
        catch (JsonException)
        {
            throw new WriterException("the model's answer is not the JSON that was asked for");
        }
    }
}

/// <param name="Text">One sentence or one subject line.</param>
/// <param name="Stories">Slugs that it says it rests on.</param>
internal sealed record AnswerLine(string? Text, IReadOnlyList<string?>? Stories);
