using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Digest.TestKit;

/// <summary>Self-signed certificates for a mailbox server that speaks TLS.</summary>
public static class TestCertificate
{
    /// <param name="name">DNS name; the certificate also names 127.0.0.1 when it is localhost.</param>
    /// <param name="expired">Valid until yesterday instead of until tomorrow.</param>
    public static X509Certificate2 Create(string name = "localhost", bool expired = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        // TLS checks a certificate against the machine's clock, which no test moves.
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(expired ? -1 : 1));
        // Some platforms serve TLS only with a key that went through a file format.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
