using CsCheck;
using Digest.Deliveries;
using Digest.Subscribers;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace Digest.Tests.Deliveries;

/// <summary>Message-IDs and return paths: the same on every try, different for every row, known again when they come back.</summary>
public sealed class MailIdentityTests
{
    private static readonly Gen<LedgerKey> Keys =
        Gen.Select(Gen.Enum<LedgerKind>(), Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], (kind, id, reader) => new LedgerKey(kind, id, reader));

    private readonly MessageIds messageIds = new(Mac(7));
    private readonly ReturnPaths returnPaths = new(Mac(7));

    [Fact]
    public void A7_Message_ID_is_the_same_on_every_try_and_in_every_process() => Keys.Sample(key =>
        messageIds.Of(key, "signal@example.com") == new MessageIds(Mac(7)).Of(key, "signal@example.com"));

    [Fact]
    public void What_was_mailed_once_never_changes()
    {
        // Worked out apart: HMAC-SHA256 over the purpose, a NUL and the key, cut to 128 bits.
        var key = new LedgerKey(LedgerKind.Delivery, 17, 1);

        messageIds.Of(key, "signal@example.com").ShouldBe("tv6hlskll76ucdll5maujzc4e4@example.com");
        returnPaths.Of(key, "bounces.example.com").ShouldBe("b+aeaaaaaaaaaaaeiaaaaaaaaaaaaq.tbpfdfkgs6oiwmgcgy6sxakk5e@bounces.example.com");
    }

    [Fact]
    public void A7_ten_thousand_readers_have_ten_thousand_Message_IDs() => Enumerable.Range(1, 10_000)
        .Select(reader => messageIds.Of(new LedgerKey(LedgerKind.Delivery, 1, reader), "signal@example.com"))
        .Distinct().Count().ShouldBe(10_000);

    [Fact]
    public void A7_Message_ID_stands_at_the_domain_of_From_and_names_nobody() =>
        messageIds.Of(new LedgerKey(LedgerKind.Delivery, 1, 1), "signal@news.example.com").ShouldMatch("^[a-z2-7]{26}@news\\.example\\.com$");

    [Fact]
    public void An_issue_and_a_notice_with_the_same_numbers_are_two_messages() =>
        messageIds.Of(new LedgerKey(LedgerKind.Delivery, 1, 1), "a@example.com")
            .ShouldNotBe(messageIds.Of(new LedgerKey(LedgerKind.Notice, 1, 1), "a@example.com"));

    [Fact]
    public void F1_a_return_path_names_its_row_in_any_case_and_fits_64_octets() => Keys.Sample(key =>
    {
        var address = returnPaths.Of(key, "bounces.example.com");

        address.IndexOf('@', StringComparison.Ordinal).ShouldBeLessThanOrEqualTo(64);
        returnPaths.Read(address).ShouldBe(key);
        returnPaths.Read(address.ToUpperInvariant()).ShouldBe(key);
        returnPaths.Read(address.Replace("bounces", "elsewhere", StringComparison.Ordinal)).ShouldBe(key);
    });

    [Fact]
    public void E20_a_return_path_is_the_same_on_every_try() => Keys.Sample(key =>
        returnPaths.Of(key, "bounces.example.com") == new ReturnPaths(Mac(7)).Of(key, "bounces.example.com"));

    [Fact]
    public void F3_a_return_path_with_one_letter_changed_names_nothing() =>
        Gen.Select(Keys, Gen.Int[0, 56], Gen.Char['a', 'z']).Sample((key, at, letter) =>
        {
            var address = returnPaths.Of(key, "bounces.example.com");
            var forged = string.Concat(address.AsSpan(0, at), letter.ToString(), address.AsSpan(at + 1));

            return forged.Equals(address, StringComparison.OrdinalIgnoreCase) || SameBits(address, at, letter) || returnPaths.Read(forged) is null;
        });

    [Theory]
    [InlineData("")]
    [InlineData("b+@bounces.example.com")]
    [InlineData("b+.@bounces.example.com")]
    [InlineData("b+aeaa.aaaa@bounces.example.com")]
    [InlineData("somebody@example.com")]
    [InlineData("no at sign")]
    public void F3_any_other_address_names_nothing(string address) => returnPaths.Read(address).ShouldBeNull();

    [Fact]
    public void F3_another_installation_names_nothing_here() =>
        returnPaths.Read(new ReturnPaths(Mac(8)).Of(new LedgerKey(LedgerKind.Delivery, 1, 1), "bounces.example.com")).ShouldBeNull();

    [Fact]
    public void Base32_reads_what_it_wrote() => Gen.Byte.Array[0, 40].Sample(bytes =>
        Base32.Decode(Base32.Encode(bytes)) is { } read && read.AsSpan().SequenceEqual(bytes));

    /// <summary>The last letter of each half carries bits beyond the bytes: those may differ.</summary>
    private static bool SameBits(string address, int at, char letter) =>
        at is 29 or 56 && Base32.Decode(letter.ToString().AsSpan()) is not null && address[at] != letter;

    private static MailMac Mac(byte filler) => new(Options.Create(new TokenSettings
    {
        AddressSecret = Convert.ToBase64String(Enumerable.Repeat(filler, 32).ToArray()),
    }));
}
