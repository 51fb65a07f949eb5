using Digest.Settings;
using Microsoft.AspNetCore.Mvc;

namespace Digest.Web.Api;

/// <summary>What went wrong, as <c>application/problem+json</c> (RFC 9457).</summary>
internal static class ApiProblem
{
    public const string NotJson = "A story is sent as application/json, in UTF-8.";

    /// <param name="status">Of the answer; its name is the title.</param>
    /// <param name="detail">One sentence: what is wrong and the way out.</param>
    public static IResult Of(int status, string? detail = null) => Results.Problem(detail ?? Detail(status), statusCode: status);

    /// <summary>A story that breaks rules: every problem, by field.</summary>
    public static IResult Of(InputException input)
    {
        // Without a field it is the whole that cannot be read.
        if (input.Problems.FirstOrDefault(problem => problem.Field is null) is { } whole)
        {
            return Of(StatusCodes.Status400BadRequest, $"The request's body{(whole.Line is { } line ? $", line {line}," : "")} {whole.Message}");
        }

        var errors = input.Problems.GroupBy(problem => problem.Field!).ToDictionary(
            field => field.Key,
            field => field.Select(problem => problem is { Line: { } line, Field: "body" } ? $"line {line}: {problem.Message}" : problem.Message).ToArray());
        return Results.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Title = "The story breaks rules",
            Detail = "Nothing was written. Each field's problems stand under its name.",
        });
    }

    private static string? Detail(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request cannot be read; /api/openapi.json says what is expected.",
        StatusCodes.Status404NotFound => "There is nothing at this address; /api/openapi.json names those that there are.",
        StatusCodes.Status405MethodNotAllowed => "This method is none that the address knows; the Allow header names those. A story is taken out of issues on the admin page, and never deleted here.",
        StatusCodes.Status415UnsupportedMediaType => NotJson,
        >= 500 => "Something broke on our side. It has been noted; the same request may be sent again.",
        _ => null,
    };
}
