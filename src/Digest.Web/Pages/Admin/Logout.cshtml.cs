using Digest.Operators;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>Signs out by POST only: a link that somebody else placed signs nobody out.</summary>
public sealed class LogoutModel(SignInManager<Operator> signIn) : PageModel
{
    public IActionResult OnGet() => LocalRedirect(AdminPath.Overview);

    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        return RedirectToPage("/Admin/Login");
    }
}
