using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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

/// <summary>How the first relay is reached; others in <see cref="RelaySettings"/>.</summary>
public sealed partial class SmtpSettings : ISettings
{
    public static string Section => "Digest:Smtp";

    [Required]
    public string Host { get; set; } = "";

    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;

    /// <summary>Says that an unencrypted connection beyond loopback is meant.</summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>PEM file of the authorities that a private relay's certificate is checked against, instead of the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// Asks the authority whether the relay's certificate was revoked. Needs a way out to its revocation lists; where a
    /// firewall bars it no certificate is taken. Without effect with <see cref="CaFile"/>.
    /// </summary>
    public bool CheckRevocation { get; set; } = true;

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

    public IEnumerable<string> Problems() => Problems(Section);

    /// <param name="path">The section that these settings were read from.</param>
    internal IEnumerable<string> Problems(string path)
    {
        if (Security == SmtpSecurity.None && !AllowPlaintext && Host.Length > 0 && !IsLoopback(Host))
        {
            yield return $"{path}:Security None would send mail and password in clear; use StartTls or Tls, or set {path}:AllowPlaintext to true if that is meant.";
        }

        if (string.IsNullOrEmpty(UserName) != string.IsNullOrEmpty(Password))
        {
            yield return $"{path}:UserName and {path}:Password belong together: set both, or none for a relay that asks for neither.";
        }

        if (LocalDomain.Length > 0 && (Uri.CheckHostName(LocalDomain) != UriHostNameType.Dns || !LocalDomain.Contains('.', StringComparison.Ordinal)))
        {
            yield return $"{path}:LocalDomain must be a fully qualified domain name such as digest.example.com.";
        }

        if (CaFileProblem(path) is { } problem)
        {
            yield return problem;
        }

        foreach (var wrong in WarmUp is null ? [] : SettingsAttributes.Problems(WarmUp, $"{path}:{nameof(WarmUp)}").Concat(WarmUp.Problems($"{path}:{nameof(WarmUp)}")))
        {
            yield return wrong;
        }
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private string? CaFileProblem(string path)
    {
        try
        {
            return ReadAuthorities() is { Count: 0 } ? $"{path}:CaFile {CaFile} holds no PEM certificate." : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"{path}:CaFile {CaFile} cannot be read as a PEM certificate file.";
        }
    }

    /// <summary>What <see cref="CaFile"/> holds; none when the system's authorities count.</summary>
    internal X509Certificate2Collection? ReadAuthorities()
    {
        if (string.IsNullOrEmpty(CaFile))
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(CaFile);
        return authorities;
    }
}
