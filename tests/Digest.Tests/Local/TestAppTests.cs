using Digest.Newsletters;
using Digest.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Digest.Tests.Local;

public sealed class TestAppTests
{
    [Fact]
    public async Task A_test_host_answers_at_the_address_it_is_told()
    {
        await using var app = await TestApp.StartAsync(
            builder => builder.Services.AddNewsletters(),
            host => host.MapGet("/signal", (PublicUrls urls) => urls.Home("signal")),
            TestSettings.Values("Host=localhost;Database=none"));
        using var client = app.BareClient();

        var answer = await client.GetStringAsync("/signal", TestContext.Current.CancellationToken);

        answer.ShouldBe(new Uri(app.Url, "/signal").ToString());
    }
}
