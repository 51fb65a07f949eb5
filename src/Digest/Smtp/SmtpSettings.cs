using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Smtp;

public enum SmtpSecurity
{
    /// <summary>Required STARTTLS: a server that does not offer it gets nothing (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    /// <summary>No TLS: for a relay on loopback, or anywhere with <see cref="SmtpSettings.AllowPlaintext"/>.</summary>
    None,
}

public sealed class SmtpSettings : ISettings
{
    public static string Section => "Digest:Smtp";

    [Required]
    public string Host { get; set; } = "";

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Says that an unencrypted connection beyond loopback is meant.</summary>
    public bool AllowPlaintext { get; set; }

    public string? UserName { get; set; }

    public string? Password { get; set; }

    /// <summary>Name in EHLO: a fully qualified domain name of this installation (RFC 5321 section 4.1.1.1).</summary>
    [Required]
    public string LocalDomain { get; set; } = "";

    /// <summary>Kept connections of one worker.</summary>
    [Range(1, 1000)]
    public int Connections { get; set; } = 4;

    /// <summary>A connection is closed with QUIT after this many messages.</summary>
    [Range(1, 100_000)]
    public int MessagesPerConnection { get; set; } = 100;

    /// <summary>Longest wait for one reply; RFC 5321 section 4.5.3.2 wants 10 minutes after the final dot, and less makes duplicates.</summary>
    [Range(1, 3600)]
    public int TimeoutSeconds { get; set; } = 600;

    public IEnumerable<string> Problems() => [];
}
