using Digest.Cli;

return await CommandLineErrors.RunAsync(RootVerb.Create().Parse(args));
