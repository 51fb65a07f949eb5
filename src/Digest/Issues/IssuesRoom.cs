using Digest.Issues.Writer;
using Digest.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Issues;

public static class IssuesRoom
{
    public static IServiceCollection AddIssues(this IServiceCollection services)
    {
        services.AddSingleton<FreezeIssue>();
        services.AddSingleton<AssembleIssue>();
        services.AddSingleton<ApproveIssue>();
        services.AddSingleton<EditIssue>();
        services.AddSingleton<StoryLedger>();
        services.AddSingleton<DecideStory>();
        services.AddSettings<WriterSettings>();
        services.AddSingleton<WriterEndpoint>();
        services.AddSingleton<WriteDrafts>();
        services.AddSingleton<DecideDraft>();
        return services;
    }
}
