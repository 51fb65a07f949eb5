using Digest.Schedule;
using Hangfire;
using Hangfire.Dashboard;

namespace Digest.Web.Pages.Admin;

/// <summary>
/// Hangfire's dashboard, to look at. It stands behind the same policy as every admin page: its own default trusts the
/// remote address, and behind a proxy on the same host everybody is local (Hangfire issues 1958, 2177).
/// </summary>
internal static class JobsDashboard
{
    public const string Segment = "/jobs";

    public static void AddJobsDashboard(this IServiceCollection services) => services.AddHangfireStorage();

    public static void MapJobsDashboard(this WebApplication app) =>
        app.MapHangfireDashboard($"/admin{Segment}", new DashboardOptions
        {
            DashboardTitle = "Digest jobs",
            AppPath = "/admin",
            Authorization = [new SignedIn()],
            // Deliveries are steered on the admin page, which knows their rules; a job is not retried by hand.
            IsReadOnlyFunc = _ => true,
            DisplayStorageConnectionString = false,
        }).RequireAuthorization(AdminPages.Policy);

    /// <summary>A second lock on the same door, should the first be forgotten.</summary>
    private sealed class SignedIn : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => context.GetHttpContext().User.Identity is { IsAuthenticated: true };
    }
}
