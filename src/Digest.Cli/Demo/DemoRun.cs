using System.Text.Json;
using Digest.Data;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Rendering;
using Digest.Smtp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Demo;

/// <summary>The demo from an empty folder to a served mailbox, in the order in which it happens.</summary>
internal sealed class DemoRun(DemoOptions options)
{
    private readonly DemoProgress progress = new();
    private readonly DemoHome home = new();

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        DemoHost.RequireFreePort(options.Port);
        await using var database = await DemoDatabase.OpenAsync(home, options.Fresh, progress, cancellationToken);
        if (options.Fresh)
        {
            DemoHome.Delete();
        }

        var mail = await MailFolder.OpenAsync(home.MailDirectory, cancellationToken);
        await using var mailbox = await MailboxServer.StartAsync(new MailboxOptions(), mail);
        var settings = home.LoadOrCreateSettings();
        settings["ConnectionStrings:Digest"] = database.ConnectionString;
        settings["Digest:PublicUrl"] = $"http://localhost:{options.Port}";
        settings["Digest:Smtp:Port"] = $"{mailbox.Port}";
        home.Save(settings);

        await using var app = DemoHost.Build(options.Port, settings, mail);
        // Compiling the templates takes seconds of a processor, migrating mostly waits: they go side by side.
        var templates = Task.Run(app.Services.GetRequiredService<MailRenderer>().WarmUpAsync, cancellationToken);
        progress.Say("migrating the database");
        await app.Services.GetRequiredService<SchemaMigrator>().MigrateAsync(_ => { }, cancellationToken);
        await database.MarkAsync(cancellationToken);
        var newsletter = await new DemoContent(app.Services, progress)
            .LoadAsync(options.Subscribers, settings["Demo:Operator"]!, settings["Demo:Password"]!, cancellationToken);
        await templates;
        var demoIssue = new DemoIssue(app.Services, newsletter, progress);
        var issue = await demoIssue.AssembleAndQueueAsync(cancellationToken);

        // From here the worker sends; assembling comes first so that its schedule finds the week done.
        try
        {
            await app.StartAsync(cancellationToken);
            return await SendAndServeAsync(app, demoIssue, issue, newsletter, settings, cancellationToken);
        }
        finally
        {
            // Also when Ctrl-C comes in the middle of the send: open messages get their reply before the mailbox goes.
            if (!options.Once)
            {
                progress.Say("stopping");
            }

            // The mailbox answers at once, so what takes longer waits for a database that nobody will start again.
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await app.StopAsync(patience.Token);
        }
    }

    private async Task<int> SendAndServeAsync(
        WebApplication app, DemoIssue demoIssue, Issue issue, Newsletter newsletter, Dictionary<string, string?> settings,
        CancellationToken cancellationToken)
    {
        if (!options.Once)
        {
            PrintAddresses(settings);
        }

        var report = Report(newsletter, issue, await demoIssue.WatchAsync(issue.Id, cancellationToken));
        PrintSummary(report);
        if (options.Json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        }

        if (!options.Once)
        {
            PrintNext(new Week(issue.Week).Previous);
            Console.Out.WriteLine("\nServing; Ctrl-C stops.");
            await app.WaitForShutdownAsync(cancellationToken);
        }

        return report.Accepted == report.Queued ? 0 : 1;
    }

    /// <summary>This week's issue is sent and stays as it is: what an editor does is tried on the week before.</summary>
    private static void PrintNext(Week week) => Console.Out.WriteLine($"""

        This week is sent. The one before is yours, from another terminal or on the operator's page:

            ./digest assemble --week {week}
            ./digest edit     --week {week} --subject "A subject of my own"
            ./digest preview  --week {week}
            ./digest approve  --week {week}
            ./digest queue    --week {week}
        """);

    private DemoReport Report(Newsletter newsletter, Issue issue, Progress sent) => new()
    {
        Newsletter = newsletter.Name,
        Week = new Week(issue.Week).ToString(),
        Issue = issue.Subject,
        Stories = issue.Stories.Count,
        Candidates = sent.Candidates,
        Queued = sent.Queued,
        Excluded = sent.Excluded.ToDictionary(pair => SnakeCase.Of(pair.Key), pair => pair.Value),
        Accepted = sent.Count(DeliveryState.Accepted),
        Deferred = sent.Count(DeliveryState.Deferred),
        Rejected = sent.Count(DeliveryState.Rejected),
        InDoubt = sent.Count(DeliveryState.InDoubt),
        Seconds = progress.Seconds,
        HtmlBytes = System.Text.Encoding.UTF8.GetByteCount(issue.Contents[0].Html),
        TextBytes = System.Text.Encoding.UTF8.GetByteCount(issue.Contents[0].Text),
        Inbox = $"http://localhost:{options.Port}/inbox",
    };

    private static void PrintSummary(DemoReport report)
    {
        var excluded = report.Excluded.Count == 0 ? "" : $" ({string.Join(", ", report.Excluded.Select(pair => $"{pair.Value} {pair.Key}"))})";
        Console.Out.WriteLine($"""

            {report.Newsletter}, week of {report.Week}: {report.Issue}
            {report.Stories} stories, {report.HtmlBytes / 1024} KB of HTML, {report.TextBytes / 1024} KB of text
            {report.Candidates} candidates = {report.Queued} queued + {report.Candidates - report.Queued} excluded{excluded}
            {report.Accepted} accepted, {report.Deferred} deferred, {report.Rejected} rejected, {report.InDoubt} in doubt
            """);
    }

    private void PrintAddresses(Dictionary<string, string?> settings)
    {
        var root = $"http://localhost:{options.Port}";
        Console.Out.WriteLine($"""

            Readers     {root}/
            Operator    {root}/admin   ({settings["Demo:Operator"]} / {settings["Demo:Password"]})
            Mailbox     {root}/inbox

            """);
    }
}
