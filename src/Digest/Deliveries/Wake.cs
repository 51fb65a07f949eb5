using System.Threading.Channels;

namespace Digest.Deliveries;

/// <summary>Says that there may be something to do. Many calls before the next wait are one.</summary>
public sealed class Wake(TimeProvider time)
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => signal.Writer.TryWrite(true);

    /// <summary>
    /// Returns at the next <see cref="Set"/>, or one made since the last wait, or after this long, or when cancelled:
    /// in each case the caller looks for itself.
    /// </summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
