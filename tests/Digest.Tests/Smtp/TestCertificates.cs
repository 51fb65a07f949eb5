using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Digest.Tests.Smtp;

/// <summary>A private authority and a relay's certificate signed by it.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 authority;
    private readonly string folder = Directory.CreateTempSubdirectory("digest-ca-").FullName;

    /// <param name="relayName">What the relay's certificate is for; 127.0.0.1 unless told.</param>
    public TestCertificates(string? relayName = null)
    {
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=Example authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = TimeProvider.System.GetUtcNow();
        authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        Relay = Issue(relayName, now);
        CaFile = Path.Combine(folder, "ca.pem");
        File.WriteAllText(CaFile, authority.ExportCertificatePem());
    }

    public X509Certificate2 Relay { get; }

    public string CaFile { get; }

    public void Dispose()
    {
        authority.Dispose();
        Relay.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private X509Certificate2 Issue(string? name, DateTimeOffset now)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=relay", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(20), [1, 2, 3, 4]);
        return signed.CopyWithPrivateKey(key);
    }
}
