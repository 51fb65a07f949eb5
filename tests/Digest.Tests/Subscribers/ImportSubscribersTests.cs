using System.Globalization;
using System.Text;
using Digest.Settings;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class ImportSubscribersTests : Readers
{
    [Fact]
    public async Task Every_column_arrives_in_its_place()
    {
        var result = await ImportAsync(
            """
            Address, state ,time_zone,confirmed_at,topics
            Reader@Example.org,confirmed,Asia/Tokyo,2026-01-31T09:30:00+01:00,agents; policy ;agents
            other@example.org,unsubscribed,,,

            "third@example.org",pending,,,""
            """);

        result.ShouldBe(new ImportSubscribersResult(Added: 3, Unchanged: 0, Suppressed: 0));
        var reader = await ReaderAsync();
        reader.Address.ShouldBe("Reader@Example.org");
        reader.State.ShouldBe(SubscriberState.Confirmed);
        reader.TimeZone.ShouldBe("Asia/Tokyo");
        reader.ConfirmedAt.ShouldBe(new DateTimeOffset(2026, 1, 31, 8, 30, 0, TimeSpan.Zero));
        reader.Topics.ShouldBe(["agents", "policy"]);
        (await ReaderAsync("other@example.org")).UnsubscribedAt.ShouldBe(Start);
        (await ReaderAsync("third@example.org")).State.ShouldBe(SubscriberState.Pending);
    }

    [Fact]
    public async Task G1_Each_added_reader_has_evidence_that_names_the_file()
    {
        await ImportAsync("address\nreader@example.org\n");

        await using var context = Database.NewContext();
        var evidence = await context.ConsentEvents.SingleAsync(Cancel);
        evidence.Kind.ShouldBe(ConsentKind.Imported);
        evidence.Source.ShouldBe("import readers.csv");
        (await ReaderAsync()).ConfirmedAt.ShouldBe(Start);
        (await CountAsync("notices")).ShouldBe(0);
    }

    [Fact]
    public async Task F8_An_import_changes_nobody_who_is_known_and_brings_back_nobody()
    {
        await Database.SubscribersAsync(Newsletter.Id, 1, SubscriberState.Unsubscribed);
        await Database.ExecuteAsync(
            "insert into digest.suppressions (address_hash, reason, created_at) values ($1, 'hard_bounce', $2)",
            Get<AddressHash>().Of("gone@example.org"), Start);

        var result = await ImportAsync("address,state\nREADER-1@example.com,confirmed\nGone@example.org,confirmed\nnew@example.org,confirmed\n");

        result.ShouldBe(new ImportSubscribersResult(Added: 1, Unchanged: 1, Suppressed: 1));
        (await ReaderAsync("reader-1@example.com")).State.ShouldBe(SubscriberState.Unsubscribed);
        (await CountAsync("subscribers where address_key = 'gone@example.org'")).ShouldBe(0);
        (await CountAsync("suppressions")).ShouldBe(1);
        (await CountAsync("consent_events")).ShouldBe(1);
    }

    [Fact]
    public async Task Importing_again_changes_nothing()
    {
        const string Csv = "address\nreader@example.org\nother@example.org\n";
        await ImportAsync(Csv);

        (await ImportAsync(Csv)).ShouldBe(new ImportSubscribersResult(Added: 0, Unchanged: 2, Suppressed: 0));
    }

    [Fact]
    public async Task Of_an_address_that_stands_there_twice_the_row_that_asks_for_least_mail_counts()
    {
        var result = await ImportAsync("address,state\nreader@example.org,confirmed\nREADER@example.org,unsubscribed\n");

        result.ShouldBe(new ImportSubscribersResult(Added: 1, Unchanged: 1, Suppressed: 0));
        (await ReaderAsync()).State.ShouldBe(SubscriberState.Unsubscribed);
    }

    [Fact]
    public async Task Every_problem_is_named_with_its_line_and_nothing_is_written()
    {
        var refused = await Should.ThrowAsync<InputException>(() => ImportAsync(
            """
            address,state,time_zone,confirmed_at
            fine@example.org,confirmed,,
            no address,gone,Mars/Olympus,yesterday
            "two
            lines@example.org",,,
            short@example.org
            late@example.org,,,2027-01-01
            """));

        refused.Problems.Select(problem => (problem.Line, problem.Field)).ShouldBe(
        [
            (3, "address"), (3, "state"), (3, "time_zone"), (3, "confirmed_at"), (4, "address"), (6, null), (7, "confirmed_at"),
        ]);
        refused.Problems.ShouldAllBe(problem => problem.File == "lists/readers.csv");
        (await CountAsync("subscribers")).ShouldBe(0);
    }

    [Fact]
    public async Task Where_readers_choose_from_topics_another_is_refused_with_its_line()
    {
        await using (var context = Database.NewContext())
        {
            context.Attach(Newsletter).Entity.Vocabulary = Newsletter.Vocabulary with { Topics = [new("agents", "Agents"), new("policy", "Policy")] };
            context.Entry(Newsletter).Property(newsletter => newsletter.Vocabulary).IsModified = true;
            await context.SaveChangesAsync(Cancel);
        }

        var refused = await Should.ThrowAsync<InputException>(() => ImportAsync(
            "address,topics\nfine@example.org,agents;policy\nnobody@example.org,agents; polcy\nother@example.org,Agents;chips\n"));

        refused.Problems.Select(problem => (problem.Line, problem.Field)).ShouldBe([(3, "topics"), (4, "topics"), (4, "topics")]);
        refused.Problems[0].Message.ShouldContain("policy");
        (await CountAsync("subscribers")).ShouldBe(0);
        (await ImportAsync("address,topics\nfine@example.org,policy; agents\n")).Added.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_problems_twenty_are_named_and_the_rest_is_counted()
    {
        var refused = await Should.ThrowAsync<InputException>(() => ImportAsync("address\n" + string.Concat(Enumerable.Repeat("none\n", 50))));

        refused.Problems.Count.ShouldBe(21);
        refused.Problems[^1].Message.ShouldBe("and 30 more.");
    }

    [Theory]
    [InlineData("", "address")]
    [InlineData("reader@example.org\n", "address")]
    [InlineData("address;state\nreader@example.org;confirmed\n", "address")]
    [InlineData("address,timezone\nreader@example.org,UTC\n", "timezone")]
    [InlineData("address,address\nreader@example.org,reader@example.org\n", "address")]
    public async Task A_header_that_does_not_name_the_columns_is_refused(string csv, string field)
    {
        var refused = await Should.ThrowAsync<InputException>(() => ImportAsync(csv));

        refused.Problems[0].Line.ShouldBe(1);
        refused.Problems[0].Field.ShouldBe(field);
    }

    [Fact]
    public async Task A_quote_that_never_closes_is_one_problem_and_not_a_reader()
    {
        var refused = await Should.ThrowAsync<InputException>(() => ImportAsync("address\nreader@example.org\n\"other@example.org\nthird@example.org\n"));

        refused.Problems.ShouldHaveSingleItem().Line.ShouldBe(3);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF_8_is_refused()
    {
        var latin = new MemoryStream(Encoding.Latin1.GetBytes("address\nreader@bücher.example.org\n"));
        using var reader = new StreamReader(latin, new UTF8Encoding(false, throwOnInvalidBytes: true));

        var refused = await Should.ThrowAsync<InputException>(() => Get<ImportSubscribers>().RunAsync(Newsletter.Id, reader, "readers.csv", Cancel));

        refused.Message.ShouldContain("UTF-8");
    }

    [Fact]
    public async Task A_list_of_a_hundred_thousand_is_taken_whole()
    {
        var csv = new StringBuilder("address,time_zone\n");
        for (var number = 0; number < 100_000; number++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"reader-{number}@example.org,Europe/Paris\n");
        }

        (await ImportAsync(csv.ToString())).Added.ShouldBe(100_000);
        (await CountAsync("consent_events")).ShouldBe(100_000);
    }

    private Task<ImportSubscribersResult> ImportAsync(string csv) =>
        Get<ImportSubscribers>().RunAsync(Newsletter.Id, new StringReader(csv), "lists/readers.csv", Cancel);
}
