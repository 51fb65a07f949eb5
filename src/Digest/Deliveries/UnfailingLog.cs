using Microsoft.Extensions.Logging;

namespace Digest.Deliveries;

/// <summary>A log that cannot be written (its disk is full) ends no lane and no writer: what they hold weighs more than a line.</summary>
internal sealed class UnfailingLog(ILogger log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            log.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nowhere to tell it.
        }
    }
}
