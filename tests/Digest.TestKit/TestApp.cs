using Microsoft.AspNetCore.Builder;

namespace Digest.TestKit;

/// <summary>A web host on a real loopback port, and clients for it; the caller says which pages it carries.</summary>
public sealed class TestApp : IAsyncDisposable
{
    /// <param name="configure">Adds services.</param>
    /// <param name="map">Maps pages.</param>
    /// <param name="settings">Configuration, usually <see cref="TestSettings.Values"/>.</param>
    public static Task<TestApp> StartAsync(
        Action<WebApplicationBuilder> configure, Action<WebApplication> map, IReadOnlyDictionary<string, string?> settings) =>
        throw new NotImplementedException($"{configure}{map}{settings}");

    public Uri Url => throw new NotImplementedException();

    public IServiceProvider Services => throw new NotImplementedException();

    /// <summary>A client that follows no redirect and keeps no cookie, as a mail client's POST.</summary>
    public HttpClient BareClient() => throw new NotImplementedException();

    /// <summary>A client that follows redirects and keeps cookies, as a browser.</summary>
    public HttpClient BrowserClient() => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
