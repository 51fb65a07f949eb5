using Xunit;

namespace Digest.Tests.Web;

/// <summary>One site for the tests of a class that change nothing but readers of their own.</summary>
public sealed class SharedSite : IAsyncLifetime
{
    public PublicSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Site = await PublicSite.StartAsync();

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
