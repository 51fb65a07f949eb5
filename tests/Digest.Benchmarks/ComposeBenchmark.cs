using System.Globalization;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Digest.Rendering;
using Digest.Smtp;
using Microsoft.Extensions.Options;

namespace Digest.Benchmarks;

/// <summary>What one reader's message costs once its mail is encoded: about 30 KB, with links of the reader's own in both parts.</summary>
[MemoryDiagnoser]
public class ComposeBenchmark
{
    private MessageTemplate unsigned = null!;
    private MessageTemplate signed = null!;
    private int reader;

    [GlobalSetup]
    public void Prepare()
    {
        using var key = RSA.Create(DkimSettings.LeastKeyBits);
        var dkim = new DkimSettings { Domain = "example.com", Selector = "bench", PrivateKey = key.ExportPkcs8PrivateKeyPem() };
        unsigned = new MessageComposer(Options.Create(new DkimSettings())).Prepare(Mail());
        signed = new MessageComposer(Options.Create(dkim)).Prepare(Mail());
    }

    /// <returns>Bytes of the message.</returns>
    [Benchmark(Baseline = true)]
    public int WithoutSignature() => Write(unsigned);

    /// <returns>Bytes of the message.</returns>
    [Benchmark]
    public int WithSignature() => Write(signed);

    private int Write(MessageTemplate template)
    {
        var name = (++reader).ToString(CultureInfo.InvariantCulture);
        using var message = template.Write(new ReaderValues($"reader{name}@example.org", $"issue.1.{name}@example.com", new SlotValues(
            $"https://digest.example.com/u/AQIBMQAAAAAAAAARAAAAAwAAAAAAAAAAdsIa4PZXwL6dmBoTJnbReA?issue={name}",
            $"https://digest.example.com/preferences/AQMBMQAAAAAAAAARAAAAAwAAAAAAAAAAdsIa4PZXwL6dmBoTJnbReA?issue={name}")));
        return message.Size;
    }

    private static MailTemplate Mail()
    {
        var story = string.Concat(Enumerable.Repeat("<p style=\"margin:0 0 16px\">Größe und Maß: what the story says, and what it leaves open.</p>\r\n", 230));
        var text = string.Concat(Enumerable.Repeat("What the story says in words, and what it leaves open.\r\n", 75));
        return new MailTemplate
        {
            FromName = "The Weekly Signal",
            FromAddress = "weekly@example.com",
            ReplyTo = "editors@example.com",
            Date = new DateTimeOffset(2026, 11, 23, 7, 0, 0, TimeSpan.Zero),
            Content = new RenderedMail(
                "This week: three stories",
                "Preheader",
                $"<!doctype html><html><body>{story}<a href=\"{Slots.UnsubscribeUrl}\">Leave</a> <a href=\"{Slots.PreferencesUrl}\">Change</a></body></html>",
                $"{text}Leave: {Slots.UnsubscribeUrl}\r\nChange: {Slots.PreferencesUrl}\r\n"),
            List = new ListHeaders("The Weekly Signal", "weekly.example.com", "https://digest.example.com/signal", "w48:signal:issue:weeklysignal"),
        };
    }
}
