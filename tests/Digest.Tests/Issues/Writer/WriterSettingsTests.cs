using System.ComponentModel.DataAnnotations;
using Digest.Issues.Writer;
using Shouldly;
using Xunit;

namespace Digest.Tests.Issues.Writer;

public sealed class WriterSettingsTests
{
    [Theory]
    [InlineData("https://api.example.com/v1", "m", "key")]
    [InlineData("http://127.0.0.1:11434/v1", "m", null)]
    [InlineData("http://localhost:11434/v1", "m", null)]
    [InlineData(null, null, "key")]
    [InlineData("", null, null)]
    public void An_endpoint_over_https_or_on_loopback_is_right_and_none_is_off(string? endpoint, string? model, string? key) =>
        new WriterSettings { Endpoint = endpoint, Model = model, ApiKey = key }.Problems().ShouldBeEmpty();

    [Theory]
    [InlineData("http://api.example.com/v1", "m", null, "Digest:Writer:Endpoint")]
    [InlineData("api.example.com", "m", null, "Digest:Writer:Endpoint")]
    [InlineData("https://me:secret@api.example.com/v1", "m", null, "Digest:Writer:Endpoint")]
    [InlineData("https://api.example.com/v1", " ", null, "Digest:Writer:Model")]
    [InlineData("https://api.example.com/v1", "m", "sk-secret\r\nX: 1", "Digest:Writer:ApiKey")]
    public void What_is_wrong_is_named_and_no_secret_repeated(string endpoint, string model, string? key, string setting)
    {
        var problem = new WriterSettings { Endpoint = endpoint, Model = model, ApiKey = key }.Problems().ShouldHaveSingleItem();

        problem.ShouldStartWith(setting);
        problem.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(601)]
    public void A_wait_is_1_to_600_seconds(int seconds)
    {
        var settings = new WriterSettings { TimeoutSeconds = seconds };

        Validator.TryValidateObject(settings, new ValidationContext(settings), null, validateAllProperties: true).ShouldBeFalse();
    }
}
