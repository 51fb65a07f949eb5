using Digest;
using Digest.Worker;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDigest(builder.Configuration);
builder.Services.AddDigestWorker();
await builder.Build().RunAsync();
