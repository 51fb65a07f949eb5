using System.Security.Cryptography;
using Digest.Cli.Demo;
using Digest.Deliveries;
using Digest.Issues;
using Digest.Local.Mailbox;
using Digest.Newsletters;
using Digest.Subscribers;
using Digest.TestKit;
using Digest.Web;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Digest.Tests.Conformance;

/// <summary>
/// One Monday as the demo runs it, over a real database, web host and SMTP server: an issue to many readers, and the
/// confirmation and welcome of one who subscribes on the page. The checklist's tests look at what arrived.
/// </summary>
public sealed class CapturedMonday : IAsyncLifetime
{
    private const string NewReader = "new.reader@example.net";

    private readonly MailStore mail = new();
    private MailboxServer? mailbox;
    private TestDatabase? database;
    private TestApp? web;
    private Newsletter? newsletter;
    private Dictionary<string, CapturedMail> byKind = [];

    public CapturedMail this[string kind] => byKind[kind];

    public IReadOnlyList<CapturedMail> Issues { get; private set; } = [];

    public DateTimeOffset QueuedAt { get; private set; }

    public TestDatabase Database => database!;

    public TestApp Web => web!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(withHangfire: true);
        mailbox = await MailboxServer.StartAsync(new MailboxOptions(), mail);
        web = await TestApp.StartAsync(
            builder =>
            {
                builder.AddDigestWeb();
                builder.Services.AddDigestSending();
                builder.Services.AddHostedService<SendingService>();
            },
            app => app.MapDigestWeb(),
            TestSettings.Values(database.ConnectionString, mailbox.Port));

        var cancel = TestContext.Current.CancellationToken;
        var progress = new DemoProgress();
        newsletter = await new DemoContent(web.Services, progress).LoadAsync(40, "operator@example.com", "a long password", cancel);
        var monday = new DemoIssue(web.Services, newsletter, progress);
        var issue = await monday.AssembleAndQueueAsync(cancel);
        await monday.WatchAsync(issue.Id, cancel);
        QueuedAt = new DateTimeOffset(await database.ScalarAsync<DateTime>("select queued_at from digest.issues"), TimeSpan.Zero);
        Issues = [.. mail.All.Select(received => new CapturedMail(received))];

        await SubscribeAsync(NewReader, cancel);
        var confirmation = await ArrivedAsync(1, cancel);
        await PressAsync(confirmation.Html.QuerySelector("a[href*='/confirm/']")!.GetAttribute("href")!, cancel);
        byKind = new() { ["issue"] = Issues[0], ["confirmation"] = confirmation, ["welcome"] = await ArrivedAsync(2, cancel) };
    }

    /// <summary>DKIM on the bytes received, with the key that a resolver would find.</summary>
    public static bool SignatureVerifies(ReadOnlyMemory<byte> raw) => DkimCheck.Verify(raw, TestSettings.DkimPrivateKey);

    /// <summary>A confirmed reader of the newsletter, and the address of the one-click link in their mail.</summary>
    public async Task<(long Id, string Url)> NewReaderAsync(CancellationToken cancellationToken)
    {
        var reader = $"reader.{RandomNumberGenerator.GetHexString(12, lowercase: true)}@example.org";
        await Web.Services.GetRequiredService<ImportSubscribers>().RunAsync(
            newsletter!.Id, new StringReader($"address,state\n{reader},confirmed\n"), "readers.csv", cancellationToken);
        var id = await Database.ScalarAsync<long>("select id from digest.subscribers where address_key = $1", reader);
        var token = Web.Services.GetRequiredService<Tokens>().Create(TokenPurpose.Unsubscribe, new TokenContent(id, 1, null));
        return (id, Web.Services.GetRequiredService<PublicUrls>().Unsubscribe(token));
    }

    public Task<string?> StateOfAsync(long subscriber) =>
        Database.ScalarAsync<string>("select state from digest.subscribers where id = $1", subscriber);

    public async Task SubscribeAsync(string address, CancellationToken cancellationToken)
    {
        using var client = Web.BareClient();
        using var answer = await client.PostAsync(
            $"/{DemoContent.Slug}", new FormUrlEncodedContent([new("address", address)]), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Opens the page and posts its one form, as a person would.</summary>
    private async Task PressAsync(string url, CancellationToken cancellationToken)
    {
        using var client = Web.BareClient();
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await client.GetStringAsync(url, cancellationToken));
        var fields = page.QuerySelectorAll("form[method=post] [name]")
            .Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? ""));
        using var answer = await client.PostAsync(url, new FormUrlEncodedContent(fields), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<CapturedMail> ArrivedAsync(int which, CancellationToken cancellationToken)
    {
        await mail.WaitForCountAsync(Issues.Count + which, cancellationToken);
        return new CapturedMail(mail.All.Where(received => received.Recipient == NewReader).ElementAt(which - 1));
    }

    public async ValueTask DisposeAsync()
    {
        await (web?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (mailbox?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>One Monday serves every group of the checklist.</summary>
[CollectionDefinition(nameof(CapturedMonday))]
public sealed class CapturedMondayCollection : ICollectionFixture<CapturedMonday>;
