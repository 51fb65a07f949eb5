using System.ComponentModel.DataAnnotations;
using Digest.Settings;

namespace Digest.Issues.Writer;

/// <summary>Where a language model drafts words for an issue. Off without an endpoint, and nothing needs it.</summary>
public sealed class WriterSettings : ISettings
{
    public static string Section => "Digest:Writer";

    /// <summary>Base address of an OpenAI-compatible API, such as https://api.example.com/v1; none turns the writer off.</summary>
    public string? Endpoint { get; set; }

    /// <summary>As the endpoint names it.</summary>
    public string? Model { get; set; }

    /// <summary>A secret; none for an endpoint that asks for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Longest wait for one answer.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 60;

    public bool IsOn => !string.IsNullOrWhiteSpace(Endpoint);

    public IEnumerable<string> Problems()
    {
        if (!IsOn)
        {
            yield break;
        }

        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0)
        {
            yield return $"{Section}:Endpoint must be an absolute URL without user and password, such as https://api.example.com/v1.";
        }
        else if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
        {
            yield return $"{Section}:Endpoint would send stories and key in clear; use https, which only loopback may go without.";
        }

        if (string.IsNullOrWhiteSpace(Model))
        {
            yield return $"{Section}:Model is missing; name the model that {Section}:Endpoint is to use.";
        }

        // The key travels in a header; what cannot stand in one would fail with a message that quotes it.
        if (ApiKey?.Any(sign => sign is <= ' ' or > '~') == true)
        {
            yield return $"{Section}:ApiKey holds a space or a character outside ASCII; copy it again.";
        }
    }
}
