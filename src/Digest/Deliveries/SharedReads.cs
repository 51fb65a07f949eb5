using System.Collections.Concurrent;

namespace Digest.Deliveries;

/// <summary>
/// What was read, kept by its key. Whoever asks while it is being read gets the same reading: a worker's lanes begin an issue all
/// at once. A reading that failed is told to those who waited for it and is not kept. Safe to share between threads.
/// </summary>
/// <param name="most">Beyond so many all are let go.</param>
internal sealed class SharedReads<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Task<TValue>> readings = [];

    /// <param name="key">What is asked for.</param>
    /// <param name="read">Reads it, for everybody: no caller's cancellation ends it.</param>
    public Task<TValue> GetAsync(TKey key, Func<Task<TValue>> read)
    {
        if (readings.TryGetValue(key, out var known))
        {
            return known;
        }

        if (readings.Count >= most)
        {
            readings.Clear();
        }

        var source = NewSource();
        var reading = readings.GetOrAdd(key, source.Task);
        if (reading == source.Task)
        {
            _ = ReadAsync(source, read, () => readings.TryRemove(new(key, reading)));
        }

        return reading;
    }

    /// <summary>Reads anew what is out of date; if that fails the old one stays, and the next who finds it out of date tries again.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="old">Out of date; when another has taken its place, that one counts.</param>
    /// <param name="read">As in <see cref="GetAsync"/>.</param>
    public Task<TValue> RenewAsync(TKey key, Task<TValue> old, Func<Task<TValue>> read)
    {
        var source = NewSource();
        if (!readings.TryUpdate(key, source.Task, old))
        {
            return GetAsync(key, read);
        }

        _ = ReadAsync(source, read, () => readings.TryUpdate(key, old, source.Task));
        return source.Task;
    }

    /// <summary>The lanes that waited go on beside each other, not one after the other on the reader's thread.</summary>
    private static TaskCompletionSource<TValue> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task ReadAsync(TaskCompletionSource<TValue> source, Func<Task<TValue>> read, Action forget)
    {
        try
        {
            source.SetResult(await read());
        }
        catch (Exception error)
        {
            forget();
            source.SetException(error);
        }
    }
}
