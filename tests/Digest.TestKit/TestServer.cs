namespace Digest.TestKit;

/// <summary>
/// The PostgreSQL server of a test assembly, stopped after its last test. Every test assembly that makes a
/// <see cref="TestDatabase"/> names it: <c>[assembly: AssemblyFixture(typeof(TestServer))]</c>.
/// </summary>
public sealed class TestServer : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await TestCluster.StopAsync();
}
