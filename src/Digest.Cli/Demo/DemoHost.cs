using System.Net;
using System.Net.Sockets;
using Digest.Local;
using Digest.Local.Mailbox;
using Digest.Settings;
using Digest.Web;
using Digest.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Digest.Cli.Demo;

/// <summary>Worker, web host and the mailbox's page in one process, on one loopback port.</summary>
internal static class DemoHost
{
    public static WebApplication Build(int port, IEnumerable<KeyValuePair<string, string?>> settings, MailStore mail)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = HostStart.Arguments(), ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        // The first run asks an empty database for its history, and keeps the keys of its cookies in a cluster of its own.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        // Ctrl-C is the verb's: it stops the host in order and then the cluster.
        builder.Services.AddSingleton<IHostLifetime, VerbLifetime>();
        builder.AddDigestWeb();
        builder.Services.AddDigestWorker();

        var app = builder.Build();
        app.MapDigestWeb();
        app.MapInbox("/inbox", mail);
        return app;
    }

    /// <summary>Before anything is set up, so that a taken port costs nobody a minute.</summary>
    /// <exception cref="LocalException">The port is taken.</exception>
    public static void RequireFreePort(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
        }
        catch (SocketException error)
        {
            throw new LocalException(error.SocketErrorCode == SocketError.AccessDenied
                ? $"Port {port} is not allowed to this user; choose one above 1023 with --port N."
                : $"Port {port} is in use on this machine; choose another with --port N.");
        }
    }

    /// <summary>Listens to no signal.</summary>
    private sealed class VerbLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
