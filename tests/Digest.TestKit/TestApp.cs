using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Digest.TestKit;

/// <summary>A web host on a real loopback port, and clients for it; the caller says which pages it carries.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestApp(WebApplication app, Uri url)
    {
        this.app = app;
        Url = url;
    }

    /// <param name="configure">Adds services.</param>
    /// <param name="map">Maps pages.</param>
    /// <param name="settings">Configuration, usually <see cref="TestSettings.Values"/>; Digest:PublicUrl becomes the host's own address.</param>
    public static async Task<TestApp> StartAsync(
        Action<WebApplicationBuilder> configure, Action<WebApplication> map, IReadOnlyDictionary<string, string?> settings)
    {
        // Listening before the host is built: its address is one of its settings.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(512);
        var url = new Uri($"http://{socket.LocalEndPoint}");

        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings).AddInMemoryCollection([new("Digest:PublicUrl", url.GetLeftPart(UriPartial.Authority))]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.SafeHandle.DangerousGetHandle()));
        builder.Logging.ClearProviders();
        configure(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new TestApp(app, url);
    }

    public Uri Url { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>A client that follows no redirect and keeps no cookie, as a mail client's POST.</summary>
    public HttpClient BareClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        BaseAddress = Url,
    };

    /// <summary>A client that follows redirects and keeps cookies, as a browser.</summary>
    public HttpClient BrowserClient() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseProxy = false })
    {
        BaseAddress = Url,
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
