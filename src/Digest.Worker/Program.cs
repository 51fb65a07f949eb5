using Digest;
using Digest.Data;
using Digest.Settings;
using Digest.Worker;

return await HostStart.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Logging.TellFailedStartOnce();
    builder.Services.AddSchemaGuard();
    builder.Services.AddDigest(builder.Configuration);
    builder.Services.AddDigestWorker();
    await builder.Build().ValidateSettings().RunAsync();
});
