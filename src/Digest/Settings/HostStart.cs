using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Digest.Settings;

/// <summary>A host that cannot start says why in one sentence, once, and exits with a code that is not 0.</summary>
public static class HostStart
{
    /// <summary>
    /// Arguments of every host. Settings are read at the start and not again; to watch for changes costs an event for each
    /// write to any file below the working directory, which may hold a whole PostgreSQL.
    /// </summary>
    public static string[] Arguments(params ReadOnlySpan<string> given) => ["--hostBuilder:reloadConfigOnChange=false", .. given];

    /// <param name="run">Builds and runs the host.</param>
    /// <returns>The exit code (docs/operating.md).</returns>
    public static async Task<int> RunAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception error) when (StartFailure.Describe(error) is { } failure)
        {
            await Console.Error.WriteLineAsync(failure.Sentence);
            return failure.Code;
        }
    }

    /// <summary>Tells every wrong setting at once, and not the first one that some service asks for.</summary>
    public static THost ValidateSettings<THost>(this THost host)
        where THost : IHost
    {
        host.Services.GetService<IStartupValidator>()?.Validate();
        return host;
    }

    /// <summary>
    /// Keeps the stack traces out that the host and Kestrel log of the same failed start. What else they report stays:
    /// a service that fails later is logged as critical by the host, and as an error by Kestrel.
    /// </summary>
    public static ILoggingBuilder TellFailedStartOnce(this ILoggingBuilder logging) => logging
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => level is LogLevel.Warning or LogLevel.Error);
}
