namespace Digest.Benchmarks.Sinks;

/// <summary>An SMTP server on loopback that accepts everything and keeps nothing.</summary>
internal interface ISink : IAsyncDisposable
{
    int Port { get; }

    /// <summary>Messages accepted so far.</summary>
    long Messages { get; }

    /// <summary>Of those, how many went to somebody who already had one; 0 where the sink does not look at addresses.</summary>
    long Doubled { get; }
}
