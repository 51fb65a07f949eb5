using System.CommandLine;
using Digest.Benchmarks.Parts;
using Digest.Local;

namespace Digest.Benchmarks;

/// <summary>The command line of <c>./digest bench</c>.</summary>
internal static class BenchCommand
{
    private const int WrongCommandLine = 2;

    private static readonly InvocationConfiguration Invocation = new()
    {
        EnableDefaultExceptionHandler = false,
        // Ctrl-C ends the programs that were started and deletes the database.
        ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Fail(69, "the benchmarks need Linux: they read processor time and memory from /proc.");
        }

        var command = Create().Parse(arguments);
        try
        {
            var code = await command.InvokeAsync(Invocation);
            return command.Errors.Count > 0 ? WrongCommandLine : code;
        }
        catch (OperationCanceledException)
        {
            return Fail(130, "stopped.");
        }
        catch (Exception error) when (error is BenchException or LocalException)
        {
            return Fail(error is LocalException ? 69 : 1, error.Message);
        }
    }

    private static RootCommand Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Everything scaled down to about two minutes: rough figures." };
        var json = new Option<bool>("--json") { Description = "Prints the figures as one object on the last line; what is missing is null." };
        var only = Only();
        var settings = Settings();
        var command = new RootCommand("./digest bench: the delivery engine's figures, against a PostgreSQL and sinks of its own on loopback (docs/benchmarks.md).")
        {
            quick, json, only, settings,
        };
        command.SetAction((result, cancellationToken) => BenchRun.RunAsync(
            new BenchOptions(
                result.GetValue(quick) ? Scale.Quick : Scale.Full,
                result.GetValue(only),
                result.GetValue(json),
                (result.GetValue(settings) ?? []).Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1])),
            cancellationToken));
        return command;
    }

    private static Option<string?> Only()
    {
        var known = Part.All.Select(part => part.Name);
        var only = new Option<string?>("--only")
        {
            Description = $"Runs one part: {string.Join(", ", known)}; or the part of one figure, by its name in the JSON.",
            HelpName = "NAME",
        };
        only.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && !Part.All.Any(part => part.IsNamed(name)))
            {
                result.AddError($"--only '{name}' is none of: {string.Join(", ", known)}.");
            }
        });
        return only;
    }

    private static Option<string[]> Settings()
    {
        var settings = new Option<string[]>("--set")
        {
            Description = "A setting of the worker that differs from what is delivered, for example Digest:Sending:BatchSize=1000; may be repeated.",
            HelpName = "NAME=VALUE",
        };
        settings.Validators.Add(result =>
        {
            if ((result.GetValueOrDefault<string[]?>() ?? []).FirstOrDefault(text => !text.Contains('=', StringComparison.Ordinal)) is { } wrong)
            {
                result.AddError($"--set '{wrong}' is not NAME=VALUE.");
            }
        });
        return settings;
    }

    private static int Fail(int code, string sentence)
    {
        Console.Error.WriteLine($"digest: {sentence}");
        return code;
    }
}
