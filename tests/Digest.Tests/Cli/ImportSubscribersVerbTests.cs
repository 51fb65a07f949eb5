using Digest.TestKit;
using Shouldly;
using Xunit;

namespace Digest.Tests.Cli;

public sealed class ImportSubscribersVerbTests : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("import-");
    private TestDatabase database = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        await database.NewsletterAsync();
    }

    [Fact]
    public async Task A_list_is_taken_and_each_row_is_accounted_for()
    {
        Write("address,state\nreader@example.org,confirmed\nREADER@example.org,confirmed\n");

        var (code, output, errors) = await DigestCommand.RunAsync(database, folder, "import", "subscribers", "readers.csv");

        code.ShouldBe(0, errors);
        output.Trim().ShouldBe("signal: 1 added, 1 already known and left as they are, 0 suppressed and not taken.");
        (await database.ScalarAsync<string>("select source from digest.consent_events")).ShouldBe("import readers.csv");
    }

    [Fact]
    public async Task A_wrong_list_is_refused_with_its_lines_and_exit_code_1()
    {
        Write("address,state\nreader@example.org,gone\nnobody,\n");

        var (code, output, errors) = await DigestCommand.RunAsync(database, folder, "import", "subscribers", "readers.csv");

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        errors.Trim().Split('\n').Length.ShouldBe(2);
        errors.ShouldContain("readers.csv:2: state: ");
        errors.ShouldContain("readers.csv:3: address: ");
        (await database.ScalarAsync<long>("select count(*) from digest.subscribers")).ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_one_sentence()
    {
        var (code, _, errors) = await DigestCommand.RunAsync(database, folder, "import", "subscribers", "nowhere.csv");

        code.ShouldBe(1);
        errors.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain("nowhere.csv");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string csv) => File.WriteAllText(Path.Combine(folder.FullName, "readers.csv"), csv);
}
