using Digest.Rendering;
using Digest.Tests.Deliveries;
using Microsoft.EntityFrameworkCore;

namespace Digest.Tests.Faults;

/// <summary>More than the buffers between two sockets hold: the dot of a small message leaves together with its first byte.</summary>
internal static class LargeIssue
{
    public static async Task FreezeAsync(SendingWorld world)
    {
        await using var context = world.Ledger.Database.NewContext();
        var issue = await context.Issues.Include(i => i.Contents).SingleAsync();
        issue.Contents[0].Text = string.Concat(Enumerable.Repeat("A line of a very long week, and there are many of them.\r\n", 250_000));
        issue.ApprovedHash = issue.Contents[0].Sha256 = ContentHash.Of(RenderedMail.Of(issue.Contents[0]));
        await context.SaveChangesAsync();
    }
}
