using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Digest.TestKit;

/// <summary>The library's rooms over a test database, with a clock that only the test moves.</summary>
public static class TestServices
{
    /// <param name="database">Its database.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="smtpPort">Port of a mailbox server; sending is added when it is given.</param>
    /// <param name="settings">Settings beside or instead of <see cref="TestSettings"/>.</param>
    public static ServiceProvider Build(
        TestDatabase database, FakeTimeProvider time, int? smtpPort = null, IReadOnlyDictionary<string, string?>? settings = null) =>
        throw new NotImplementedException($"{database}{time}{smtpPort}{settings}");
}
