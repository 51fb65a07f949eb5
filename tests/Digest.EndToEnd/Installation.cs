using System.Net;
using System.Net.Sockets;
using Digest.Cli.Demo;
using Digest.Local.Mailbox;
using Digest.TestKit;
using Microsoft.AspNetCore.Builder;

namespace Digest.EndToEnd;

/// <summary>A whole installation as the demo runs it: database, worker, web host and a local mailbox, on the real clock.</summary>
public sealed class Installation : IAsyncLifetime
{
    public const string Operator = "operator@example.com";
    public const string Password = "correct horse battery";

    private WebApplication? app;
    private MailboxServer? mailbox;

    public MailStore Mail { get; } = new();

    public TestDatabase Database { get; private set; } = null!;

    public string Url { get; private set; } = "";

    public IServiceProvider Services => app!.Services;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync(withHangfire: true);
        mailbox = await MailboxServer.StartAsync(new MailboxOptions(), Mail);
        var port = FreePort();
        Url = $"http://localhost:{port}";
        var settings = TestSettings.Values(Database.ConnectionString, mailbox.Port);
        settings["Digest:PublicUrl"] = Url;
        app = DemoHost.Build(port, settings, Mail);
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        if (mailbox is not null)
        {
            await mailbox.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
