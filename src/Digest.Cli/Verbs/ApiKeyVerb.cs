using System.CommandLine;
using System.Globalization;
using Digest.Data;
using Digest.Newsletters;
using Digest.Stories.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The keys of programs that write stories through the API. A new key is alone on stdout.</summary>
internal static class ApiKeyVerb
{
    public static Command Create() => new("api-key", "Manage the keys of programs that write stories through the API (docs/api.md).")
    {
        Add(),
        List(),
        Revoke(),
    };

    private static Command Add()
    {
        var (name, newsletter) = (Name(), VerbOptions.Newsletter());
        var verb = new Command("add", "Make a key for one newsletter and print it. It is kept nowhere and cannot be shown again.") { name, newsletter };
        verb.SetAction((line, cancellationToken) => WithKeysAsync(line.GetValue(newsletter), async (keys, target) =>
        {
            var key = await keys.AddAsync(target.Id, line.GetRequiredValue(name), cancellationToken);
            Console.Error.WriteLine($"{line.GetRequiredValue(name)} may write stories of {target.Slug} with this key. It is shown only now.");
            Console.Out.WriteLine(key);
        }, cancellationToken));
        return verb;
    }

    private static Command List()
    {
        var newsletter = VerbOptions.Newsletter();
        var verb = new Command("list", "List the keys: name, made, last used, revoked.") { newsletter };
        verb.SetAction((line, cancellationToken) => WithKeysAsync(line.GetValue(newsletter), async (keys, target) =>
        {
            var known = await keys.ListAsync(target.Id, cancellationToken);
            if (known.Count == 0)
            {
                Console.Error.WriteLine($"{target.Slug} has no key; `digest api-key add NAME` makes one.");
            }

            foreach (var key in known)
            {
                var state = key.RevokedAt is { } revoked ? $"revoked {Day(revoked)}" : key.LastUsedAt is { } used ? $"last used {Day(used)}" : "never used";
                Console.Out.WriteLine($"{key.Name,-24}  made {Day(key.CreatedAt)}  {state}");
            }
        }, cancellationToken));
        return verb;
    }

    private static Command Revoke()
    {
        var (name, newsletter) = (Name(), VerbOptions.Newsletter());
        var verb = new Command("revoke", "Take a key away; the next request with it is refused.") { name, newsletter };
        verb.SetAction((line, cancellationToken) => WithKeysAsync(line.GetValue(newsletter), async (keys, target) =>
        {
            var known = (await keys.ListAsync(target.Id, cancellationToken)).FirstOrDefault(key => key.Name == line.GetRequiredValue(name));
            if (known?.RevokedAt is { } revoked)
            {
                Console.Out.WriteLine($"{known.Name} is already revoked, since {Day(revoked)}; nothing changed.");
                return;
            }

            await keys.RevokeAsync(target.Id, line.GetRequiredValue(name), cancellationToken);
            Console.Out.WriteLine($"{line.GetRequiredValue(name)} can no longer write stories of {target.Slug}.");
        }, cancellationToken));
        return verb;
    }

    private static Argument<string> Name() => new("NAME") { Description = "What uses the key: a to z, 0 to 9 and -." };

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<int> WithKeysAsync(string? slug, Func<ApiKeys, Newsletter, Task> use, CancellationToken cancellationToken)
    {
        await using var services = await CliConfiguration.ServicesAsync(CliConfiguration.Read(), cancellationToken);
        await using var database = await services.GetRequiredService<IDbContextFactory<DigestDbContext>>().CreateDbContextAsync(cancellationToken);
        await use(services.GetRequiredService<ApiKeys>(), await VerbOptions.FindNewsletterAsync(database, slug, cancellationToken));
        return 0;
    }
}
