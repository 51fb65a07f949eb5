using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories;

/// <summary>One written story and the name it is reported by.</summary>
public sealed record StoryInput(string FileName, string Text);

public sealed record ImportResult(int Added, int Changed, int Unchanged);

/// <summary>Brings stories in by slug. All are validated before one is written; importing the same files again changes nothing.</summary>
public sealed class ImportStories(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <param name="newsletterId">The newsletter whose vocabulary the stories are written in.</param>
    /// <param name="inputs">Markdown with YAML front matter (docs/stories.md).</param>
    /// <param name="shift">Added to each publication instant: zero, or whole weeks to bring samples into the present.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    /// <exception cref="InputException">At least one input is wrong; every problem is named and nothing was written.</exception>
    public Task<ImportResult> RunAsync(
        long newsletterId, IReadOnlyList<StoryInput> inputs, TimeSpan shift, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{contexts}{time}");
}
