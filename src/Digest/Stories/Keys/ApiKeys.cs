using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Digest.Data;
using Digest.Settings;
using Microsoft.EntityFrameworkCore;

namespace Digest.Stories.Keys;

/// <param name="NewsletterId">Whose stories it may write.</param>
/// <param name="Newsletter">Slug of the same.</param>
/// <param name="Name">Whose key it is; what a log may say.</param>
public sealed record KnownKey(long NewsletterId, string Newsletter, string Name);

/// <summary>Makes, finds and revokes the keys of programs that write stories.</summary>
public sealed class ApiKeys(IDbContextFactory<DigestDbContext> contexts, TimeProvider time)
{
    /// <summary>By which a key is known for one where it should not be: in a repository, in a log.</summary>
    public const string Prefix = "dgst_";

    private const int Bytes = 32;

    /// <summary>When it was last used is worth a write now and then, not one a request.</summary>
    private static readonly TimeSpan UseInterval = TimeSpan.FromMinutes(1);

    /// <returns>The key. It is kept nowhere, so this is the only time it can be shown.</returns>
    /// <exception cref="RefusedException">The name will not do, or the newsletter has a key of that name.</exception>
    public async Task<string> AddAsync(long newsletterId, string name, CancellationToken cancellationToken)
    {
        if (FieldChecks.Slug(60)(name) is { } wrong)
        {
            throw new RefusedException($"The name of a key says what uses it: {wrong}");
        }

        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        if (await database.ApiKeys.FirstOrDefaultAsync(key => key.NewsletterId == newsletterId && key.Name == name, cancellationToken) is { } known)
        {
            throw new RefusedException(known.RevokedAt is null
                ? $"There is a key '{name}' already; revoke it first, or choose another name."
                : $"There was a key '{name}', which was revoked; choose another name, so that the two are told apart.");
        }

        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        database.Add(new ApiKey { NewsletterId = newsletterId, Name = name, Hash = HashOf(key), CreatedAt = time.GetUtcNow() });
        await database.SaveChangesAsync(cancellationToken);
        return key;
    }

    /// <summary>All of a newsletter's, the revoked included, by name.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(long newsletterId, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.ApiKeys.AsNoTracking().Where(key => key.NewsletterId == newsletterId).OrderBy(key => key.Name).ToListAsync(cancellationToken);
    }

    /// <summary>In force at the next request.</summary>
    /// <exception cref="RefusedException">There is no such key, or it was revoked before.</exception>
    public async Task RevokeAsync(long newsletterId, string name, CancellationToken cancellationToken)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var revoked = await database.ApiKeys
            .Where(key => key.NewsletterId == newsletterId && key.Name == name && key.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedAt, now), cancellationToken);
        if (revoked == 0)
        {
            throw new RefusedException($"There is no key '{name}' that could be revoked; `digest api-key list` names them.");
        }
    }

    /// <returns>None when it is no key, or a revoked one.</returns>
    public async Task<KnownKey?> FindAsync(string presented, CancellationToken cancellationToken)
    {
        if (!presented.StartsWith(Prefix, StringComparison.Ordinal) || presented.Length > 100)
        {
            return null;
        }

        var (hash, now) = (HashOf(presented), time.GetUtcNow());
        await using var database = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from key in database.ApiKeys
            join newsletter in database.Newsletters on key.NewsletterId equals newsletter.Id
            where key.Hash == hash && key.RevokedAt == null
            select new { key.Id, key.LastUsedAt, Known = new KnownKey(newsletter.Id, newsletter.Slug, key.Name) }).SingleOrDefaultAsync(cancellationToken);
        if (found is not null && (found.LastUsedAt is null || now - found.LastUsedAt >= UseInterval))
        {
            await database.ApiKeys.Where(key => key.Id == found.Id).ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, now), cancellationToken);
        }

        return found?.Known;
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
