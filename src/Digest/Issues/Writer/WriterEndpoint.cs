using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;

namespace Digest.Issues.Writer;

/// <summary>
/// The chat completions of an OpenAI-compatible endpoint. One try: nothing waits for the writer, and an operator who wants
/// another asks for it.
/// </summary>
public sealed class WriterEndpoint : IDisposable
{
    private static readonly ChatOptions Options = new() { ResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat.Json };

    private readonly IOptions<WriterSettings> settings;
    private readonly TimeProvider time;
    private readonly Lazy<(HttpClient Http, IChatClient Chat)> client;

    public WriterEndpoint(IOptions<WriterSettings> settings, TimeProvider time)
    {
        (this.settings, this.time) = (settings, time);
        client = new(() => Open(settings.Value));
    }

    public bool IsOn => settings.Value.IsOn;

    /// <returns>The answer's text, and which model gave it, both as the endpoint says them.</returns>
    /// <exception cref="WriterException">There is no whole answer.</exception>
    internal async Task<(string Text, string Model)> AskAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(settings.Value.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return Read(await client.Value.Chat.GetResponseAsync(messages, Options, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WriterException($"the endpoint did not answer within {settings.Value.TimeoutSeconds} seconds");
        }
        catch (Exception error) when (error is not (OperationCanceledException or WriterException))
        {
            // Not its message: an endpoint may quote the key or the request in it.
            throw new WriterException(Describe(error));
        }
    }

    private static (HttpClient Http, IChatClient Chat) Open(WriterSettings settings)
    {
        // No redirect: the key and the stories go where the setting says and nowhere else.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !new Uri(settings.Endpoint!).IsLoopback,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        var http = new HttpClient(new BoundedAnswer(handler)) { Timeout = Timeout.InfiniteTimeSpan };
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(settings.Endpoint!),
            Transport = new HttpClientPipelineTransport(http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            // Ours is the only limit, as tests move its clock.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        var key = new ApiKeyCredential(string.IsNullOrEmpty(settings.ApiKey) ? "none" : settings.ApiKey);
        return (http, new ChatClient(settings.Model, key, options).AsIChatClient());
    }

    private (string Text, string Model) Read(ChatResponse response)
    {
        if (response.FinishReason == Microsoft.Extensions.AI.ChatFinishReason.Length)
        {
            throw new WriterException("the model stopped half-way");
        }

        if (response.FinishReason == Microsoft.Extensions.AI.ChatFinishReason.ContentFilter
            || response.Messages.SelectMany(message => message.Contents).Any(content => content is ErrorContent))
        {
            throw new WriterException("the model refused");
        }

        return string.IsNullOrWhiteSpace(response.Text)
            ? throw new WriterException("the model answered nothing")
            : (response.Text, response.ModelId is { Length: > 0 } named ? named : settings.Value.Model!);
    }

    private static string Describe(Exception error) => error switch
    {
        ClientResultException { Status: 401 or 403 } refused => $"the endpoint refused the key ({refused.Status}); look at {WriterSettings.Section}:ApiKey",
        ClientResultException { Status: 404 } => $"the endpoint knows no such model or path (404); look at {WriterSettings.Section}:Endpoint and {WriterSettings.Section}:Model",
        ClientResultException { Status: 429 } => "the endpoint takes no more for now (429)",
        ClientResultException { Status: > 0 } refused => $"the endpoint answered {refused.Status}",
        { InnerException: HttpRequestException inner } => Describe(inner),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            $"the answer is larger than {BoundedAnswer.MostBytes / 1024} KiB",
        HttpRequestException http => $"the endpoint cannot be reached ({http.HttpRequestError})",
        _ => "the endpoint's answer is no chat completion",
    };

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Chat.Dispose();
            client.Value.Http.Dispose();
        }
    }
}
