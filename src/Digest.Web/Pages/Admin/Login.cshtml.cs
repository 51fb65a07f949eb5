using Digest.Operators;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

public sealed class LoginModel(SignInManager<Operator> signIn, PasswordCheck check, ILogger<LoginModel> logger) : PageModel
{
    // Hashing a longer one would only be work for us.
    private const int LongestInput = 256;

    public bool WasRefused { get; private set; }

    /// <summary>As it was typed, so that a wrong password is all that has to be typed again.</summary>
    public string? Email { get; private set; }

    public string ReturnUrl { get; private set; } = AdminPath.Overview;

    public void OnGet(string? returnUrl) => ReturnUrl = AdminPath.Local(returnUrl);

    public async Task<IActionResult> OnPostAsync(string? email, string? password, string? returnUrl, CancellationToken cancellationToken)
    {
        ReturnUrl = AdminPath.Local(returnUrl);
        if (email is { Length: > 0 and <= LongestInput } && password is { Length: > 0 and <= LongestInput }
            && await check.SignInAsync(signIn, email.Trim(), password, cancellationToken))
        {
            Log.SignedIn(logger);
            return LocalRedirect(ReturnUrl);
        }

        Log.SignInRefused(logger);
        (WasRefused, Email) = (true, email is { Length: <= LongestInput } ? email : null);
        return Page();
    }
}
