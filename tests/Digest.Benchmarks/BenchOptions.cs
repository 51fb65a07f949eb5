namespace Digest.Benchmarks;

/// <param name="Scale">How much is sent.</param>
/// <param name="Only">The one part to run, or none for all.</param>
/// <param name="Json">Prints the figures as one object on the last line.</param>
/// <param name="Settings">Settings of the worker beside or instead of the delivered ones, to try them out.</param>
internal sealed record BenchOptions(Scale Scale, string? Only, bool Json, IReadOnlyDictionary<string, string> Settings);
