using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Digest.Web.Pages.Public;

/// <summary>The style sheet of the public pages under an address that names its content, so that browsers keep it for good.</summary>
internal static class PublicSheet
{
    public const string Forever = "public, max-age=31536000, immutable";

    private static readonly byte[] Sheet = Read();

    private static readonly string Version = VersionOf(Sheet);

    public static string Url { get; } = $"/public.{Version}.css";

    public static string VersionOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));

    /// <summary>A page of another version of this program may still ask for its own sheet: it gets this one, for a while.</summary>
    public static void MapPublicSheet(this WebApplication app) => app
        .MapMethods("/public.{version}.css", SharedFile.Methods, (string version, HttpResponse response) =>
        {
            response.Headers.CacheControl = version == Version ? Forever : SharedPageAttribute.CacheControl;
            return Results.Bytes(Sheet, "text/css; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{Version}\"", isWeak: true));
        })
        .WithMetadata(new SharedPageAttribute());

    private static byte[] Read()
    {
        using var file = typeof(PublicSheet).Assembly.GetManifestResourceStream("Digest.Web.wwwroot.public.css")
            ?? throw new InvalidOperationException("The style sheet is not in the program.");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
