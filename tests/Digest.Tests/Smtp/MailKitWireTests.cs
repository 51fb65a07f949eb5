using System.Reflection;
using MailKit.Net.Smtp;
using Shouldly;
using Xunit;

namespace Digest.Tests.Smtp;

/// <summary>What src/Digest/Smtp/MailKitWire.cs reaches for inside MailKit.</summary>
public sealed class MailKitWireTests
{
    private static readonly Type? SmtpStream = typeof(SmtpClient).Assembly.GetType("MailKit.Net.Smtp.SmtpStream");

    [Theory]
    [InlineData("SmtpClient", "get_Stream", "MailKit.Net.Smtp.SmtpStream")]
    [InlineData("SmtpStream", "get_Stream", "System.IO.Stream")]
    [InlineData("SmtpStream", "ReadResponseAsync", "System.Threading.Tasks.Task`1[MailKit.Net.Smtp.SmtpResponse]", typeof(CancellationToken))]
    public void MailKit_still_has_what_the_wire_reaches_for(string type, string method, string returns, params Type[] takes)
    {
        var found = (type == "SmtpClient" ? typeof(SmtpClient) : SmtpStream)
            ?.GetMethod(method, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, takes);

        found?.ReturnType.ToString().ShouldBe(returns);
        found.ShouldNotBeNull(
            $"MailKit {typeof(SmtpClient).Assembly.GetName().Version} has no {type}.{method} any more: read its SmtpClient and SmtpStream anew and mend src/Digest/Smtp/MailKitWire.cs.");
    }
}
