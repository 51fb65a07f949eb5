namespace Digest.Benchmarks.Sends;

/// <summary>What is sent, and by whom.</summary>
/// <param name="Readers">Deliveries of the issue.</param>
/// <param name="Connections">Kept connections of each worker.</param>
/// <param name="Workers">Worker processes.</param>
/// <param name="Signed">DKIM, rsa-2048.</param>
internal sealed record SendPlan(int Readers, int Connections, int Workers = 1, bool Signed = false);
