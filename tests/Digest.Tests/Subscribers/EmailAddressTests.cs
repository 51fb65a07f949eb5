using System.Text;
using CsCheck;
using Digest.Subscribers;
using Shouldly;
using Xunit;

namespace Digest.Tests.Subscribers;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("reader@example.org", "reader@example.org", "reader@example.org")]
    [InlineData("  Reader@Example.ORG \t", "Reader@Example.ORG", "reader@example.org")]
    [InlineData("first.last+digest@sub.example.org", "first.last+digest@sub.example.org", "first.last+digest@sub.example.org")]
    [InlineData("o'neil@example.org", "o'neil@example.org", "o'neil@example.org")]
    [InlineData("leser@bücher.example.org", "leser@bücher.example.org", "leser@xn--bcher-kva.example.org")]
    [InlineData("leser@BÜCHER.example.org", "leser@BÜCHER.example.org", "leser@xn--bcher-kva.example.org")]
    [InlineData("leser@xn--bcher-kva.example.org", "leser@xn--bcher-kva.example.org", "leser@xn--bcher-kva.example.org")]
    public void H9_One_mailbox_is_kept_as_typed_and_compared_by_its_key(string text, string typed, string key)
    {
        var address = EmailAddress.Parse(text, out var problem);

        problem.ShouldBeEmpty();
        address.ShouldBe(new EmailAddress(typed, key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("reader")]
    [InlineData("@example.org")]
    [InlineData("reader@")]
    [InlineData("reader@localhost")]
    [InlineData("reader@example.org.")]
    [InlineData("reader@.example.org")]
    [InlineData("reader@exa mple.org")]
    [InlineData("reader@-example.org")]
    [InlineData("reader@exam_ple.org")]
    [InlineData("reader@127.0.0.1")]
    [InlineData("reader@[127.0.0.1]")]
    [InlineData("a@example.org, b@example.org")]
    [InlineData("a@example.org;b@example.org")]
    [InlineData("Reader <reader@example.org>")]
    [InlineData("a@b@example.org")]
    [InlineData("\"a b\"@example.org")]
    [InlineData(".reader@example.org")]
    [InlineData("reader.@example.org")]
    [InlineData("rea..der@example.org")]
    [InlineData("reader@example.org\r\nBcc: other@example.org")]
    [InlineData("a@example.org>\r\nRCPT TO:<c@example.org")]
    [InlineData("rea\0der@example.org")]
    [InlineData("reader@example.org\u2028x")]
    public void H9_Anything_else_is_refused_with_a_sentence(string? text)
    {
        EmailAddress.Parse(text, out var problem).ShouldBeNull();

        problem.ShouldNotBeEmpty();
        problem.ShouldEndWith(".");
    }

    [Fact]
    public void E16_A_local_part_that_needs_SMTPUTF8_is_refused_and_says_why()
    {
        EmailAddress.Parse("løser@example.org", out var problem).ShouldBeNull();

        problem.ShouldContain("before the @");
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void H9_The_local_part_has_at_most_64_octets(int length, bool accepted) =>
        (EmailAddress.Parse($"{new string('a', length)}@example.org", out _) is not null).ShouldBe(accepted);

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void H9_The_path_has_at_most_256_octets_with_its_brackets(int length, bool accepted)
    {
        const string Tail = ".example.org";
        var labels = new StringBuilder();
        while (labels.Length < length)
        {
            labels.Append(new string('b', 49)).Append('.');
        }

        var text = $"a@{labels.ToString()[..(length - 2 - Tail.Length - 1)]}b{Tail}";

        text.Length.ShouldBe(length);
        (EmailAddress.Parse(text, out _) is not null).ShouldBe(accepted);
    }

    [Fact]
    public void H9_Whatever_is_typed_the_result_is_one_line_and_its_own_key() =>
        Gen.String[Gen.Char["ab.@<>, \t\r\n\"+-_éß漢1"], 0, 30].Sample(text =>
        {
            if (EmailAddress.Parse(text, out var problem) is not { } address)
            {
                problem.ShouldNotBeEmpty();
                return;
            }

            Ascii.IsValid(address.Key).ShouldBeTrue();
            address.Typed.Count(character => character == '@').ShouldBe(1);
            address.Typed.ShouldNotContain(character => char.IsControl(character) || char.IsWhiteSpace(character));
            EmailAddress.Parse(address.Key, out _).ShouldNotBeNull().Key.ShouldBe(address.Key);
            EmailAddress.Parse($" {address.Typed.ToUpperInvariant()}", out _)!.Key.ShouldBe(address.Key);
        });
}
