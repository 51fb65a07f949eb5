using System.Collections.Concurrent;
using System.Net;
using Digest.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Digest.Tests.Stories.Feeds;

/// <summary>Other people's web servers: answers by path, and remembers what it was asked.</summary>
internal sealed class FeedServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> answers = new();
    private TestApp app = null!;

    public ConcurrentQueue<(string Path, IReadOnlyDictionary<string, string> Headers)> Asked { get; } = new();

    public static async Task<FeedServer> StartAsync()
    {
        var server = new FeedServer();
        server.app = await TestApp.StartAsync(_ => { }, web => web.Run(server.AnswerAsync), new Dictionary<string, string?>());
        return server;
    }

    public string UrlOf(string path) => new Uri(app.Url, path).AbsoluteUri;

    public void Answers(string path, RequestDelegate answer) => answers[path] = answer;

    /// <summary>A feed, whole, each time; with an entity tag where one is given.</summary>
    public void Serves(string path, string feed, string type = "application/rss+xml", string? etag = null) => Answers(path, async context =>
    {
        if (etag is not null && context.Request.Headers.IfNoneMatch == etag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = type;
        context.Response.Headers.ETag = etag;
        await context.Response.WriteAsync(feed);
    });

    public void Fails(string path, HttpStatusCode status) => Answers(path, context =>
    {
        context.Response.StatusCode = (int)status;
        return Task.CompletedTask;
    });

    public void Redirects(string path, string location, HttpStatusCode status) => Answers(path, context =>
    {
        (context.Response.StatusCode, context.Response.Headers.Location) = ((int)status, location);
        return Task.CompletedTask;
    });

    public int TimesAsked(string path) => Asked.Count(request => request.Path == path);

    private Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue((context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString())));
        if (answers.TryGetValue(context.Request.Path, out var answer))
        {
            return answer(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
