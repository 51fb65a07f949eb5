using Digest.Newsletters;
using Digest.Rendering;
using Digest.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Issues;

/// <summary>
/// One database and one renderer for a class whose tests each have a newsletter of their own: cloning the one and
/// compiling the other's templates is what costs.
/// </summary>
public sealed class SharedDatabase : IAsyncLifetime
{
    private ServiceProvider rendering = null!;
    private int newsletters;

    public TestDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        rendering = TestServices.Build(Database, new FakeTimeProvider());
    }

    public async ValueTask DisposeAsync()
    {
        await rendering.DisposeAsync();
        await Database.DisposeAsync();
    }

    public MailRenderer Renderer => rendering.GetRequiredService<MailRenderer>();

    public ServiceProvider Services(FakeTimeProvider time) => TestServices.Build(
        Database, time, configure: services => services.AddSingleton(Renderer));

    public Task<Newsletter> NewNewsletterAsync() => Database.NewsletterAsync($"signal-{Interlocked.Increment(ref newsletters)}");
}
