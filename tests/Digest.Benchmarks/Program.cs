using Digest.Benchmarks;

return await BenchCommand.RunAsync(args);
