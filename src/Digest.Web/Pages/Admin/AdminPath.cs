using Digest.Data;
using Digest.Smtp;
using Microsoft.AspNetCore.WebUtilities;

namespace Digest.Web.Pages.Admin;

/// <summary>Where an operator goes back to; never outside <c>/admin</c>.</summary>
internal static class AdminPath
{
    public const string Overview = "/admin";

    /// <summary>The page being read with its filter, without what it said and without what was searched for.</summary>
    public static string Of(HttpRequest request, QueueFilter? filter = null)
    {
        var query = new Dictionary<string, string?>();
        if (filter is { State: { } state })
        {
            query["state"] = SnakeCase.Of(state);
        }

        return QueryHelpers.AddQueryString(request.Path, query);
    }

    /// <summary>The wanted address if it is a local one under <c>/admin</c>, otherwise the overview.</summary>
    public static string Local(string? wanted) =>
        wanted is not null && (wanted == Overview || wanted.StartsWith($"{Overview}/", StringComparison.Ordinal)
            || wanted.StartsWith($"{Overview}?", StringComparison.Ordinal)) && !wanted.Contains('\\', StringComparison.Ordinal)
            && !wanted.Any(char.IsControl)
            ? wanted
            : Overview;
}
