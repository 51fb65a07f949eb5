using Digest.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddDigestWeb();
await builder.Build().MapDigestWeb().RunAsync();
