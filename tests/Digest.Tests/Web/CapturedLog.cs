using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Digest.Tests.Web;

/// <summary>Keeps every log line with its category, its exception, its named values and the scopes around it.</summary>
[ProviderAlias("Captured")]
public sealed class CapturedLog : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> lines = new();
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            var line = $"{category}: {formatter(state, exception)} {exception} {string.Join(' ', values.Select(pair => pair.Value))}";
            log.scopes.ForEachScope((scope, text) => log.lines.Enqueue($"{text} | {scope}"), line);
            log.lines.Enqueue(line);
        }
    }
}
