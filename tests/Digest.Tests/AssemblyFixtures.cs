using Digest.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(TestServer))]
