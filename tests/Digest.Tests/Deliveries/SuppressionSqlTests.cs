using CsCheck;
using Digest.Deliveries;
using Digest.Subscribers;
using Digest.TestKit;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

public sealed class SuppressionSqlTests
{
    /// <summary>Shorter and longer than a block of SHA-256, which HMAC treats differently.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public async Task The_hash_in_SQL_is_the_hash_in_code(int secretBytes)
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var secret = Enumerable.Range(0, secretBytes).Select(i => (byte)(i * 37)).ToArray();
        var settings = Options.Create(new TokenSettings { AddressSecret = Convert.ToBase64String(secret) });
        var inSql = new SuppressionSql(settings);
        var inCode = new AddressHash(settings);

        await Gen.String[Gen.Char['\u0001', '\u07ff'], 1, 80].SampleAsync(async key =>
        {
            await using var command = database.DataSource.CreateCommand($"select {SuppressionSql.Hash} from (select @key::text as address_key) s");
            command.Parameters.AddWithValue("key", key);
            inSql.AddKeys(command.Parameters);

            ((byte[])(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBe(inCode.Of(key));
        }, iter: 20, threads: 1);
    }
}
