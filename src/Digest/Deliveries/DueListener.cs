using Microsoft.Extensions.Logging;
using Npgsql;

namespace Digest.Deliveries;

/// <summary>Wakes a worker when rows fall due by somebody's hand. Only a shortcut: a notification missed costs one poll.</summary>
public sealed class DueListener(NpgsqlDataSource dataSource, TimeProvider time, ILogger<DueListener> log)
{
    /// <summary>Channel of LISTEN and NOTIFY; its payload means nothing.</summary>
    public const string Channel = "digest_due";

    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(5);

    private readonly ILogger logger = new UnfailingLog(log);

    public async Task RunAsync(Wake wake, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stopping);
                connection.Notification += (_, _) => wake.Set();
                await using (var listen = new NpgsqlCommand($"listen {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stopping);
                }

                while (true)
                {
                    await connection.WaitAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.ListeningLost(error);
                await Task.Delay(Reconnect, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
