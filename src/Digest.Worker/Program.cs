using Digest;
using Digest.Data;
using Digest.Settings;
using Digest.Worker;

return await HostStart.RunAsync(async () =>
{
    // No web server: a worker is reached by nobody, and its heartbeat in the database is its sign of life.
    var builder = Host.CreateApplicationBuilder(HostStart.Arguments(args));
    builder.Configuration.AddSettingsFile();
    builder.Logging.TellFailedStartOnce();
    builder.Services.AddSchemaGuard();
    builder.Services.AddDigest(builder.Configuration);
    builder.Services.AddDigestWorker();
    await builder.Build().ValidateSettings().RunAsync();
});
