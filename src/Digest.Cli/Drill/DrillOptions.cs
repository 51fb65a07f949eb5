namespace Digest.Cli.Drill;

/// <param name="Readers">Synthetic readers, each to get one mail.</param>
/// <param name="Workers">Worker processes at any time.</param>
/// <param name="Kills">How many of them are killed on the way.</param>
/// <param name="Connections">Connections of each worker.</param>
/// <param name="Patience">From the start of the workers; then they are ended, wherever the send is.</param>
/// <param name="Seed">Repeats which worker is killed, and after how many messages.</param>
internal sealed record DrillOptions(int Readers, int Workers, int Kills, int Connections, TimeSpan Patience, int Seed);
