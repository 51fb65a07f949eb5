using Digest.Operators;
using Digest.TestKit;
using Digest.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Digest.Tests.Web;

/// <summary>The web host with Hangfire's schema and one operator, shared by the tests of a class.</summary>
public sealed class AdminHost : IAsyncLifetime
{
    public const string Email = "operator@example.com";
    public const string Password = "correct horse battery";

    /// <summary>Monday, 23 November 2026, 07:00 in Berlin.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    private TestApp app = null!;

    public TestDatabase Database { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new(Now);

    public LogLines Log { get; } = new();

    public Uri Url => app.Url;

    public IServiceProvider Services => app.Services;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync(withHangfire: true);
        app = await TestApp.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Time);
                builder.Logging.AddProvider(Log);
                builder.AddDigestWeb();
            },
            web => web.MapDigestWeb(),
            TestSettings.Values(Database.ConnectionString));
        await Services.GetRequiredService<OperatorLogins>().AddAsync(Email, Password, CancellationToken.None);
    }

    public HttpClient BareClient() => app.BareClient();

    /// <summary>A browser that has opened nothing yet.</summary>
    public AdminBrowser Browser() => new(app.BrowserClient());

    /// <summary>A browser in which the operator is signed in.</summary>
    public async Task<AdminBrowser> SignedInAsync()
    {
        var browser = Browser();
        await browser.SignInAsync(Email, Password);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Every line the host logs.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            lines.Add($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
