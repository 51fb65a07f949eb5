namespace Digest.Deliveries;

/// <summary>
/// A mark that is committed must be one that a crash does not undo, or its message would be sent twice. A server, a database or a
/// role may say <c>synchronous_commit = off</c>: here it is on, whatever they say. <c>local</c> is raised too, as its commits do
/// not wait for a synchronous standby: after a failover the marks would be gone. It differs from <c>on</c> only where there is
/// such a standby. What waits for a standby stays as it is.
/// </summary>
internal static class DurableCommit
{
    /// <summary>For the session.</summary>
    public const string Session = "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local')";

    /// <summary>For the transaction that it is in.</summary>
    public const string Transaction = "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') in ('off', 'local')";
}
