using Microsoft.Extensions.Hosting;

namespace Digest.Rendering;

/// <summary>
/// Compiles every template before a sending host is up: a broken one stops the start with its file and line, and the
/// first reader's mail does not wait for a compiler.
/// </summary>
public sealed class TemplateCheck(MailRenderer renderer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => renderer.WarmUpAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
