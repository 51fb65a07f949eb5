using System.Collections.Concurrent;
using System.Text.Json;
using Digest.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Digest.Tests.Issues.Writer;

/// <summary>What an endpoint received, byte for byte.</summary>
internal sealed record Asked(string Path, string? Authorization, string Body)
{
    public string Everything => $"{Path} {Authorization} {Body}";

    /// <summary>The contents of the messages, by role.</summary>
    public IReadOnlyDictionary<string, string> Messages => JsonDocument.Parse(Body).RootElement.GetProperty("messages").EnumerateArray()
        .ToDictionary(message => message.GetProperty("role").GetString()!, message => message.GetProperty("content") is var content
            && content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!);
}

/// <summary>A server on loopback that speaks chat completions as it is told to.</summary>
internal sealed class ScriptedEndpoint : IAsyncDisposable
{
    public const string Key = "sk-of-the-tests-0123456789";
    public const string Model = "model-of-the-tests";

    private readonly ConcurrentQueue<Asked> asked = [];
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestApp app = null!;

    /// <summary>How the next requests are answered.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("");

    public IReadOnlyCollection<Asked> Asked => asked;

    /// <summary>Over when a request has come.</summary>
    public Task First => first.Task;

    public Dictionary<string, string?> Settings => new()
    {
        ["Digest:Writer:Endpoint"] = new Uri(app.Url, "/v1").ToString(),
        ["Digest:Writer:Model"] = Model,
        ["Digest:Writer:ApiKey"] = Key,
        ["Digest:Writer:TimeoutSeconds"] = "60",
    };

    public static async Task<ScriptedEndpoint> StartAsync()
    {
        var endpoint = new ScriptedEndpoint();
        endpoint.app = await TestApp.StartAsync(_ => { }, web => web.Run(endpoint.AnswerAsync), new Dictionary<string, string?>());
        return endpoint;
    }

    /// <summary>A whole answer whose text is this.</summary>
    public void Says(string text, string finish = "stop", string? refusal = null) => Answer = context => context.Response.WriteAsJsonAsync(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_764_000_000,
        model = $"{Model}-2026",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = refusal is null ? text : null, refusal }, finish_reason = finish } },
        usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
    });

    /// <summary>The JSON that was asked for.</summary>
    public void Writes(IEnumerable<(string Text, string[] Stories)> introduction, params (string Text, string[] Stories)[] subjects) =>
        Says(JsonSerializer.Serialize(new { introduction = introduction.Select(Line), subjects = subjects.Select(Line) }));

    public void Fails(int status, string body = """{"error":{"message":"Incorrect API key provided: sk-of-the-tests-0123456789"}}""") => Answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static object Line((string Text, string[] Stories) line) => new { text = line.Text, stories = line.Stories };

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        asked.Enqueue(new Asked(context.Request.Path, context.Request.Headers.Authorization, await reader.ReadToEndAsync(context.RequestAborted)));
        first.TrySetResult();
        await Answer(context);
    }
}
