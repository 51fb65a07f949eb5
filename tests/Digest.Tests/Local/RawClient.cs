using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Digest.Local.Mailbox;
using Xunit;

namespace Digest.Tests.Local;

/// <summary>A client that says exactly what a test tells it to.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient tcp = new() { NoDelay = true };
    private Stream stream = Stream.Null;

    public static async Task<RawClient> ConnectAsync(MailboxServer server)
    {
        var client = new RawClient();
        await client.tcp.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        client.stream = client.tcp.GetStream();
        return client;
    }

    /// <summary>Connects, reads the banner and greets.</summary>
    public static async Task<RawClient> GreetAsync(MailboxServer server)
    {
        var client = await ConnectAsync(server);
        await client.ReplyAsync();
        await client.SayAsync("EHLO client.example.com");
        return client;
    }

    public async Task WriteAsync(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Writes a line and reads its reply.</summary>
    public async Task<string> SayAsync(string line)
    {
        await WriteAsync(line + "\r\n");
        return await ReplyAsync();
    }

    /// <summary>One reply, its lines parted by LF; empty when the server has closed.</summary>
    public async Task<string> ReplyAsync()
    {
        var lines = new List<string>();
        do
        {
            var line = await LineAsync();
            if (line is null)
            {
                return string.Join('\n', lines);
            }

            lines.Add(line);
        }
        while (lines[^1].Length > 3 && lines[^1][3] == '-');
        return string.Join('\n', lines);
    }

    /// <summary>Speaks TLS from here on, with a server of this certificate.</summary>
    public async Task EncryptAsync(X509Certificate2 certificate)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, seen, _, _) => seen!.GetCertHashString() == certificate.GetCertHashString(),
            },
            TestContext.Current.CancellationToken);
        stream = tls;
    }

    public void Dispose()
    {
        stream.Dispose();
        tcp.Dispose();
    }

    private async Task<string?> LineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(one, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // A reset is a close as well.
                return null;
            }

            if (read == 0)
            {
                return null;
            }

            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }
    }
}
