using Digest.Data;
using Digest.Operators;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Digest.Web.Pages.Admin;

/// <summary>What operators reach, behind the login: the admin page and Hangfire's dashboard.</summary>
public static class AdminPages
{
    /// <summary>The one policy of everything under <c>/admin</c> but the login page.</summary>
    public const string Policy = "Operators";

    public static IServiceCollection AddAdminPages(this IServiceCollection services)
    {
        // All of Identity's cookies, though only one is ever set: ending a removed login's session signs out of each.
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddAdminCookie();
        new IdentityBuilder(typeof(Operator), services).AddSignInManager();
        // A login that was removed or got another password is out within a minute.
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(1));
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.RequireAuthenticatedUser());
        // One name and one key ring, so that every web process reads the cookies of every other. Who reads the database
        // could make a login as well, so its keys are not encrypted apart.
        services.AddDataProtection().SetApplicationName("digest").PersistKeysToDbContext<DigestDbContext>();
        services.Configure<RazorPagesOptions>(pages =>
        {
            pages.Conventions.AuthorizeFolder("/Admin", Policy);
            pages.Conventions.AllowAnonymousToPage("/Admin/Login");
        });
        services.AddJobsDashboard();
        services.AddSingleton<Said>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<IssueDesk>();
        services.AddSingleton<EditorDesk>();
        services.AddSingleton<Overview>();
        services.AddSingleton<PausedIssues>();
        return services;
    }

    public static void MapAdminPages(this WebApplication app)
    {
        app.MapJobsDashboard();
        app.MapIssuePreview();
        // Whoever is not signed in learns nothing of what exists here and what does not.
        app.MapFallback("/admin/{**rest}", () => Results.NotFound()).RequireAuthorization(Policy);
    }
}
