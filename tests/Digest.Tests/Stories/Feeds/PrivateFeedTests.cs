using System.Net;
using Shouldly;
using Xunit;
using static Digest.Tests.Stories.Feeds.FeedWorld;

namespace Digest.Tests.Stories.Feeds;

/// <summary>As installations are: a feed cannot be made to read what lies on our own network.</summary>
public sealed class PrivateFeedTests : IAsyncLifetime
{
    private FeedWorld world = null!;

    public async ValueTask InitializeAsync() => world = await FeedWorld.StartAsync(("Digest:Feeds:AllowPrivateAddresses", "false"));

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("0.0.0.0")]
    public async Task However_the_address_is_written_it_is_not_connected_to(string host)
    {
        world.Server.Serves("/own", Rss(Item("1", "Secret")));
        await world.FeedsAsync(new Digest.Newsletters.FeedSettings($"http://{host}:{new Uri(world.Server.UrlOf("/")).Port}/own", "Ours"));

        (await world.PollAsync()).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("not public");

        world.Server.Asked.ShouldBeEmpty();
        (await world.StoriesAsync()).ShouldBeEmpty();
    }
}
