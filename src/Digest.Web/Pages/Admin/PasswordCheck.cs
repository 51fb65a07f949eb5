using Digest.Operators;
using Microsoft.AspNetCore.Identity;

namespace Digest.Web.Pages.Admin;

/// <summary>
/// Signs an operator in. An unknown address, a wrong password and a locked login cost the same hashing and give the same
/// answer, so that nobody learns here who has a login.
/// </summary>
public sealed class PasswordCheck : IDisposable
{
    private readonly Lazy<string> decoy = new(() => new PasswordHasher<Operator>().HashPassword(new Operator(), Guid.NewGuid().ToString()));

    // Tries that arrive at one moment would otherwise count as one: the store's concurrency check drops the others.
    private readonly SemaphoreSlim oneAtATime = new(1, 1);

    /// <returns>Whether the operator is now signed in.</returns>
    public async Task<bool> SignInAsync(SignInManager<Operator> signIn, string email, string password, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var users = signIn.UserManager;
            var login = await users.FindByEmailAsync(email);
            if (login is null || await users.IsLockedOutAsync(login))
            {
                users.PasswordHasher.VerifyHashedPassword(login ?? new Operator(), decoy.Value, password);
                return false;
            }

            return (await signIn.PasswordSignInAsync(login, password, isPersistent: false, lockoutOnFailure: true)).Succeeded;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();
}
