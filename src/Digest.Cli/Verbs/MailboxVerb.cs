using System.CommandLine;
using System.Net;
using Digest.Local;
using Digest.Local.Mailbox;

namespace Digest.Cli.Verbs;

/// <summary>The local mailbox alone: a relay that keeps everything, and the page to read it. Needs no setting and no database.</summary>
internal static class MailboxVerb
{
    public static Command Create()
    {
        var smtpPort = NumberOption.Create("--smtp-port", 1025, 0, 65535, "Port that takes mail; 0 takes a free one.");
        var pagePort = NumberOption.Create("--port", 8025, 0, 65535, "Port of the page to read it; 0 takes a free one.");
        var bind = new Option<IPAddress>("--bind")
        {
            Description = "Address to listen on; anybody who reaches it can read the mail.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = result =>
            {
                if (IPAddress.TryParse(result.Tokens[0].Value, out var address))
                {
                    return address;
                }

                result.AddError($"--bind '{result.Tokens[0].Value}' is no IP address, such as 127.0.0.1 or 0.0.0.0.");
                return null;
            },
        };
        var unsubscribeHost = new Option<string?>("--unsubscribe-host")
        {
            Description = "Host that the one-click button may call beside this machine; in a container, the web service, which stands for localhost.",
            HelpName = "HOST",
        };
        var verb = new Command("mailbox", "Run the local mailbox alone: an SMTP server that keeps what it gets, and a page to read it.")
        {
            smtpPort, pagePort, bind, unsubscribeHost,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var address = parsed.GetValue(bind)!;
            await using var server = await MailboxServer.StartAsync(new MailboxOptions { Address = address, Port = parsed.GetValue(smtpPort) });
            await using var page = Page(address, parsed.GetValue(pagePort), server.Store, parsed.GetValue(unsubscribeHost));
            await StartAsync(page, parsed.GetValue(pagePort));
            Console.Out.WriteLine($"Taking mail at {address}:{server.Port}; read it at {page.Urls.First()}. Ctrl-C stops.");
            await page.WaitForShutdownAsync(cancellationToken);
            return 0;
        });
        return verb;
    }

    private static WebApplication Page(IPAddress address, int port, MailStore store, string? unsubscribeHost)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(address, port));
        builder.Services.AddRoutingCore();
        var page = builder.Build();
        page.UseRouting();
        page.MapInbox("", store, unsubscribeHost);
        return page;
    }

    private static async Task StartAsync(WebApplication page, int port)
    {
        try
        {
            await page.StartAsync();
        }
        catch (IOException)
        {
            throw new LocalException($"Port {port} is taken by another program; stop that one or choose another with --port.");
        }
    }
}
