using System.Globalization;
using System.Net.Security;
using System.Text;

namespace Digest.Local.Mailbox;

/// <summary>One client's conversation (RFC 5321): every reply passes by the script first.</summary>
internal sealed class SmtpConversation(
    Stream plain, int number, MailboxOptions options, SmtpScript script, MailStore store, SmtpRecord record)
{
    private Stream stream = plain;
    private SmtpWire wire = null!;
    private bool open = true;
    private bool encrypted;
    private bool greeted;
    private string? returnPath;
    private readonly List<string> recipients = [];
    private string? current;
    private int messages;

    /// <summary>The client has sent QUIT.</summary>
    public bool SaidGoodbye { get; private set; }

    /// <summary>Talks until one side closes.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        Listen(stream);
        if (options.ImplicitTls)
        {
            await EncryptAsync(stopping);
        }

        await AnswerAsync(SmtpStep.Connect, "", ["220 mailbox.example.com ESMTP local mailbox"], stopping);
        while (open && await wire.ReadLineAsync(stopping) is { } bytes)
        {
            await ObeyAsync(Encoding.UTF8.GetString(bytes.Span), stopping);
        }

        if (encrypted)
        {
            await ((SslStream)stream).ShutdownAsync();
        }
    }

    private async Task ObeyAsync(string line, CancellationToken stopping)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (verb, argument) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..].Trim(' '));
        verb = verb.ToUpperInvariant();
        record.Command(number, verb == "AUTH" ? WithoutSecret(line) : line);
        await (verb switch
        {
            "EHLO" => GreetAsync(line, EhloReply(), stopping),
            "HELO" => GreetAsync(line, ["250 mailbox.example.com"], stopping),
            "STARTTLS" when options.StartTls && !encrypted => StartTlsAsync(line, stopping),
            "AUTH" when greeted && returnPath is null => LogInAsync(WithoutSecret(line), argument, stopping),
            "MAIL" => MailAsync(line, argument, stopping),
            "RCPT" => RecipientAsync(line, argument, stopping),
            "DATA" => DataAsync(line, stopping),
            "RSET" => AnswerAsync(SmtpStep.Reset, line, ["250 2.0.0 reset"], stopping, _ => Reset()),
            "NOOP" => AnswerAsync(SmtpStep.Noop, line, ["250 2.0.0 ok"], stopping),
            "QUIT" => QuitAsync(line, stopping),
            "VRFY" => SayAsync("252 2.1.5 send some mail, it will arrive", stopping),
            "AUTH" => SayAsync("503 5.5.1 not now", stopping),
            _ => SayAsync("500 5.5.2 command not recognized", stopping),
        });
    }

    private Task GreetAsync(string line, IReadOnlyList<string> own, CancellationToken stopping) =>
        AnswerAsync(SmtpStep.Ehlo, line, own, stopping, code =>
        {
            greeted = IsPositive(code);
            Reset();
        });

    private List<string> EhloReply()
    {
        List<string> lines = ["mailbox.example.com", .. options.Extensions];
        if (options.StartTls && !encrypted)
        {
            lines.Add("STARTTLS");
        }

        return [.. lines.Select((line, i) => (i < lines.Count - 1 ? "250-" : "250 ") + line)];
    }

    private async Task StartTlsAsync(string line, CancellationToken stopping)
    {
        var accepted = false;
        await AnswerAsync(SmtpStep.StartTls, line, ["220 2.0.0 go ahead"], stopping, code => accepted = IsPositive(code));
        if (open && accepted)
        {
            await EncryptAsync(stopping);
        }
    }

    /// <summary>What was sent in the clear after STARTTLS is forgotten with the old reader, and so is the greeting (RFC 3207 section 4.2).</summary>
    private async Task EncryptAsync(CancellationToken stopping)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = options.Certificate }, stopping);
        encrypted = true;
        greeted = false;
        Reset();
        Listen(tls);
    }

    private async Task LogInAsync(string line, string argument, CancellationToken stopping)
    {
        var userName = await SmtpLogin.ReadAsync(argument, async question =>
        {
            await SayAsync($"334 {question}", stopping);
            return await wire.ReadLineAsync(stopping) is { } answer ? Encoding.UTF8.GetString(answer.Span) : null;
        });
        if (userName is null)
        {
            await SayAsync("501 5.5.4 only PLAIN and LOGIN, and not cancelled", stopping);
            return;
        }

        record.Login(userName);
        await AnswerAsync(SmtpStep.Auth, line, ["235 2.7.0 welcome"], stopping);
    }

    private async Task MailAsync(string line, string argument, CancellationToken stopping)
    {
        if (!greeted || returnPath is not null)
        {
            await SayAsync(greeted ? "503 5.5.1 one message at a time" : "503 5.5.1 greet first", stopping);
            return;
        }

        if (SmtpPath.Parse(argument, "FROM:") is not { } path)
        {
            await SayAsync("501 5.5.4 MAIL FROM:<address>", stopping);
            return;
        }

        messages++;
        string[] own = path.Size > options.MaximumSize ? ["552 5.3.4 message too big"] : ["250 2.1.0 ok"];
        await AnswerAsync(SmtpStep.Mail, line, own, stopping, code => returnPath = IsPositive(code) ? path.Address : null, path.Address);
    }

    private async Task RecipientAsync(string line, string argument, CancellationToken stopping)
    {
        if (returnPath is null)
        {
            await SayAsync("503 5.5.1 MAIL first", stopping);
            return;
        }

        if (SmtpPath.Parse(argument, "TO:") is not { Address.Length: > 0 } path)
        {
            await SayAsync("501 5.5.4 RCPT TO:<address>", stopping);
            return;
        }

        current = path.Address;
        await AnswerAsync(SmtpStep.Recipient, line, ["250 2.1.5 ok"], stopping, code =>
        {
            if (IsPositive(code))
            {
                recipients.Add(path.Address);
            }
        });
    }

    private async Task DataAsync(string line, CancellationToken stopping)
    {
        var own = recipients.Count > 0 ? "354 end with a dot" : returnPath is null ? "503 5.5.1 MAIL first" : "554 5.5.1 no valid recipients";
        var body = false;
        await AnswerAsync(SmtpStep.Data, line, [own], stopping, code => body = code is >= 300 and < 400);
        if (!open || !body || await wire.ReadBodyAsync(OnFirstLineAsync, stopping) is not { } raw)
        {
            return;
        }

        record.Dot();
        string[] verdict = raw.Length > options.MaximumSize ? ["552 5.3.4 message too big"] : ["250 2.0.0 kept"];
        await AnswerAsync(SmtpStep.Dot, ".", verdict, stopping, code => Keep(raw, code));
        if (open)
        {
            await AnswerAsync(SmtpStep.AfterDot, "", [], stopping);
        }

        Reset();

        async Task<bool> OnFirstLineAsync()
        {
            await AnswerAsync(SmtpStep.Body, "", [], stopping);
            return open;
        }
    }

    private void Keep(ReadOnlyMemory<byte> raw, int code)
    {
        if (IsPositive(code))
        {
            var kept = options.Keep?.Invoke(raw) ?? raw;
            foreach (var recipient in recipients)
            {
                store.Add(returnPath!, recipient, kept, number);
            }
        }
    }

    private async Task QuitAsync(string line, CancellationToken stopping)
    {
        SaidGoodbye = true;
        await AnswerAsync(SmtpStep.Quit, line, ["221 2.0.0 bye"], stopping);
        open = false;
    }

    /// <param name="step">Where we are.</param>
    /// <param name="line">The command, as the script sees it.</param>
    /// <param name="own">Our reply when no rule says otherwise.</param>
    /// <param name="stopping">The server stops.</param>
    /// <param name="onReply">What a reply with this code means; in force before the client can read the reply.</param>
    /// <param name="newReturnPath">At MAIL: the path that the reply will accept or refuse.</param>
    private async Task AnswerAsync(
        SmtpStep step,
        string line,
        IReadOnlyList<string> own,
        CancellationToken stopping,
        Action<int>? onReply = null,
        string? newReturnPath = null)
    {
        var moment = new SmtpMoment(line, newReturnPath ?? returnPath, current, number, Math.Max(1, messages));
        var rule = script.Take(step, moment);
        foreach (var act in rule?.Acts ?? [])
        {
            switch (act)
            {
                case SmtpRule.ReplyAct reply:
                    await ReplyAsync(reply.Lines);
                    break;
                case SmtpRule.WaitAct wait:
                    await wait.WaitAsync(stopping);
                    break;
                case SmtpRule.HangAct:
                    await wire.DrainAsync(stopping);
                    open = false;
                    return;
                case SmtpRule.CloseAct:
                    open = false;
                    return;
            }
        }

        if (rule?.KeepsOwnReply ?? true)
        {
            await ReplyAsync(own);
        }

        async Task ReplyAsync(IReadOnlyList<string> lines)
        {
            if (lines.Count > 0 && int.TryParse(lines[^1].AsSpan(0, Math.Min(3, lines[^1].Length)), CultureInfo.InvariantCulture, out var code))
            {
                onReply?.Invoke(code);
            }

            await wire.WriteAsync(lines, rule?.PieceLength, stopping);
        }
    }

    private Task SayAsync(string reply, CancellationToken stopping) => wire.WriteAsync([reply], null, stopping);

    private void Listen(Stream to)
    {
        stream = to;
        wire = new SmtpWire(to, options.MaximumSize);
    }

    private void Reset()
    {
        returnPath = null;
        current = null;
        recipients.Clear();
    }

    private static bool IsPositive(int code) => code is >= 200 and < 300;

    private static string WithoutSecret(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
}
