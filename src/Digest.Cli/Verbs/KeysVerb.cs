using System.CommandLine;
using System.Security.Cryptography;

namespace Digest.Cli.Verbs;

/// <summary>Makes the secrets of a new installation and prints them as an .env file.</summary>
internal static class KeysVerb
{
    public static Command Create()
    {
        var verb = new Command("keys", "Make the secrets of a new installation and print them in the form of an .env file.");
        verb.SetAction(_ => Console.Out.Write(EnvFile()));
        return verb;
    }

    private static string EnvFile()
    {
        using var dkim = RSA.Create(2048);
        // An .env value is one line; the reader of the setting turns \n back into line ends.
        var pem = dkim.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n");
        var record = Convert.ToBase64String(dkim.ExportSubjectPublicKeyInfo());
        return $"""
            # Keep this file secret and back it up: without DIGEST_TOKEN_SECRET every unsubscribe link mailed so far is dead.
            DIGEST_DB_PASSWORD={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}
            DIGEST_TOKEN_SECRET={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}
            DIGEST_ADDRESS_SECRET={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}
            DIGEST_DKIM_PRIVATE_KEY="{pem}"
            # DNS, as a TXT record at <selector>._domainkey.<domain>:
            # v=DKIM1; k=rsa; p={record}

            """;
    }
}
