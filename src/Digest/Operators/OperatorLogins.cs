using System.Security.Cryptography;
using Digest.Settings;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Operators;

/// <param name="Email">The login's name.</param>
/// <param name="LockedUntil">Set while too many wrong passwords keep the login shut.</param>
public sealed record OperatorLogin(string Email, DateTimeOffset? LockedUntil);

/// <summary>Who may sign in to <c>/admin</c>.</summary>
public sealed class OperatorLogins(IServiceScopeFactory scopes, TimeProvider time)
{
    // Crockford's base 32 in lower case: no letter is mistaken for a digit when it is read aloud.
    private const string PasswordAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>A password of 100 random bits, in groups of five characters.</summary>
    public static string GeneratePassword() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(PasswordAlphabet, 5)));

    /// <exception cref="RefusedException">There is such a login already, or the address or the password will not do.</exception>
    public Task AddAsync(string email, string password, CancellationToken cancellationToken) =>
        WithUsersAsync(async users =>
        {
            if (await users.FindByEmailAsync(email) is not null)
            {
                throw new RefusedException($"{email} has a login already; give it another password with `digest operator password {email}`.");
            }

            Check(await users.CreateAsync(new Operator { UserName = email, Email = email, EmailConfirmed = true }, password));
        }, cancellationToken);

    /// <summary>Sets a new password, opens a locked login, and ends its other sessions.</summary>
    /// <exception cref="RefusedException">There is no such login, or the password will not do.</exception>
    public Task ChangePasswordAsync(string email, string password, CancellationToken cancellationToken) =>
        WithUsersAsync(async users =>
        {
            var login = await FindAsync(users, email);
            foreach (var validator in users.PasswordValidators)
            {
                Check(await validator.ValidateAsync(users, login, password));
            }

            login.PasswordHash = users.PasswordHasher.HashPassword(login, password);
            login.LockoutEnd = null;
            login.AccessFailedCount = 0;
            Check(await users.UpdateSecurityStampAsync(login));
        }, cancellationToken);

    /// <summary>Takes the login away; its sessions end within a minute.</summary>
    /// <exception cref="RefusedException">There is no such login.</exception>
    public Task RemoveAsync(string email, CancellationToken cancellationToken) =>
        WithUsersAsync(async users => Check(await users.DeleteAsync(await FindAsync(users, email))), cancellationToken);

    /// <summary>All logins by name.</summary>
    public async Task<IReadOnlyList<OperatorLogin>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var logins = new List<OperatorLogin>();
        await WithUsersAsync(
            async users => logins.AddRange(await users.Users.AsNoTracking()
                .OrderBy(login => login.NormalizedEmail)
                .Select(login => new OperatorLogin(login.Email!, login.LockoutEnd > now ? login.LockoutEnd : null))
                .ToListAsync(cancellationToken)),
            cancellationToken);
        return logins;
    }

    private async Task WithUsersAsync(Func<UserManager<Operator>, Task> use, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<UserManager<Operator>>());
    }

    private static async Task<Operator> FindAsync(UserManager<Operator> users, string email) =>
        await users.FindByEmailAsync(email)
        ?? throw new RefusedException($"{email} has no login; `digest operator list` shows those that exist.");

    private static void Check(IdentityResult result)
    {
        if (result.Errors.Any(error => error.Code is nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName)))
        {
            throw new RefusedException("A login's name is an e-mail address of ASCII letters, digits and -._@+, such as editor@example.org; write that.");
        }

        if (!result.Succeeded)
        {
            throw new RefusedException(string.Join(" ", result.Errors.Select(error => error.Description)));
        }
    }
}
