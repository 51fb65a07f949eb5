namespace Digest.Web.Api;

/// <summary>What is noted of requests: whose key, by its name, and never the key.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Key {Key} put story {Slug} of {Newsletter}: {Outcome}.")]
    public static partial void Put(ILogger logger, string key, string slug, string newsletter, string outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to the API failed.")]
    public static partial void Failed(ILogger logger, Exception error);
}
