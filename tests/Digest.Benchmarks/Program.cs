using BenchmarkDotNet.Running;
using Digest.Benchmarks;

// `./digest bench --micro` and what BenchmarkDotNet makes of the rest: for whoever works on one method.
if (args is ["--micro", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
    return 0;
}

return await BenchCommand.RunAsync(args);
