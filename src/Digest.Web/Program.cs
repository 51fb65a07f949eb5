using Digest.Data;
using Digest.Settings;
using Digest.Web;

return await HostStart.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(HostStart.Arguments(args));
    builder.Configuration.AddSettingsFile();
    builder.Logging.TellFailedStartOnce();
    builder.Services.AddSchemaGuard();
    builder.AddDigestWeb();
    builder.Services.AddDatabaseTime();
    await builder.Build().ValidateSettings().MapDigestWeb().RunAsync();
});
