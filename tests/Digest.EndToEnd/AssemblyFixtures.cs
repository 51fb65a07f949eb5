using Digest.TestKit;

[assembly: AssemblyFixture(typeof(TestServer))]
