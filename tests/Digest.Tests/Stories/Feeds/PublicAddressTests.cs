using System.Net;
using CsCheck;
using Digest.Stories.Feeds;
using Shouldly;
using Xunit;

namespace Digest.Tests.Stories.Feeds;

public sealed class PublicAddressTests
{
    private static readonly Gen<byte> Byte = Gen.Byte;

    /// <summary>Networks that no feed lies in, each with a random host part.</summary>
    private static readonly Gen<IPAddress> PrivateV4 = Gen.Select(
        Gen.OneOfConst("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        Byte.Array[4], (network, host) => Inside(IPNetwork.Parse(network), host));

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("ff02::1")]
    [InlineData("fec0::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2001:0:1:2:3:4:5:6")]
    [InlineData("2001:db8::1")]
    [InlineData("100::1")]
    public void Refused(string address) => PublicAddress.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::1")]
    public void Allowed(string address) => PublicAddress.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Fact]
    public void A_private_address_is_refused_in_whatever_it_is_wrapped() => PrivateV4.Sample(address =>
    {
        var bytes = address.GetAddressBytes();
        PublicAddress.IsPublic(address).ShouldBeFalse();
        PublicAddress.IsPublic(address.MapToIPv6()).ShouldBeFalse();
        PublicAddress.IsPublic(new IPAddress([0x20, 0x02, .. bytes, .. new byte[10]])).ShouldBeFalse();
        PublicAddress.IsPublic(new IPAddress([0, 0x64, 0xff, 0x9b, .. new byte[8], .. bytes])).ShouldBeFalse();
        PublicAddress.IsPublic(new IPAddress([.. new byte[12], .. bytes])).ShouldBeFalse();
    }, iter: 5000);

    [Fact]
    public void A_wrapped_address_is_as_public_as_what_it_wraps() => Byte.Array[4].Sample(bytes =>
    {
        var expected = PublicAddress.IsPublic(new IPAddress(bytes));
        PublicAddress.IsPublic(new IPAddress(bytes).MapToIPv6()).ShouldBe(expected);
        PublicAddress.IsPublic(new IPAddress([0x20, 0x02, .. bytes, .. new byte[10]])).ShouldBe(expected);
        PublicAddress.IsPublic(new IPAddress([0, 0x64, 0xff, 0x9b, .. new byte[8], .. bytes])).ShouldBe(expected);
    }, iter: 5000);

    [Fact]
    public void Outside_of_global_unicast_no_IPv6_address_is_public_but_a_wrapped_one() => Byte.Array[16].Sample(bytes =>
    {
        var address = new IPAddress(bytes);
        var isWrapped = address.IsIPv4MappedToIPv6 || IPNetwork.Parse("64:ff9b::/96").Contains(address);
        if ((bytes[0] & 0xE0) != 0x20 && !isWrapped)
        {
            PublicAddress.IsPublic(address).ShouldBeFalse();
        }
    }, iter: 5000);

    [Fact]
    public void A_scope_does_not_make_an_address_public() => PublicAddress.IsPublic(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 3)).ShouldBeFalse();

    private static IPAddress Inside(IPNetwork network, byte[] host)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var bit = network.PrefixLength; bit < 32; bit++)
        {
            bytes[bit / 8] |= (byte)(host[bit / 8] & (0x80 >> (bit % 8)));
        }

        return new IPAddress(bytes);
    }
}
