namespace Digest.Benchmarks;

/// <summary>
/// A run lost or doubled mail, or did not come to its end: there is no figure. The message is one sentence that names why.
/// </summary>
internal class BenchException(string message) : Exception(message);

/// <summary>What measures is not to be had on this machine; the engine is not at fault. The message names the way out.</summary>
internal sealed class UnavailableException(string message) : BenchException(message);
