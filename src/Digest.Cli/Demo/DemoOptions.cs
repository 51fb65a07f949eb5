namespace Digest.Cli.Demo;

/// <param name="Port">Loopback port of the pages.</param>
/// <param name="Once">Exit after the send instead of serving.</param>
/// <param name="Json">Print the result as one JSON object on the last line.</param>
/// <param name="Fresh">Delete the demo's data first.</param>
/// <param name="Subscribers">How many sample subscribers to make, 1 to 100,000.</param>
internal sealed record DemoOptions(int Port, bool Once, bool Json, bool Fresh, int Subscribers);
