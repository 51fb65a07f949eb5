using System.CommandLine;
using Digest.Operators;
using Microsoft.Extensions.DependencyInjection;

namespace Digest.Cli.Verbs;

/// <summary>The logins of the admin page. What a script wants, a password or the list, is alone on stdout.</summary>
internal static class OperatorVerb
{
    public static Command Create() => new("operator", "Manage the logins of the admin page.")
    {
        Setting("add", "Create a login.", (logins, email, password, cancellationToken) => logins.AddAsync(email, password, cancellationToken),
            email => $"{email} can sign in at /admin."),
        Setting("password", "Give a login another password; it is signed out everywhere.",
            (logins, email, password, cancellationToken) => logins.ChangePasswordAsync(email, password, cancellationToken),
            email => $"{email} has a new password and was signed out everywhere."),
        Remove(),
        List(),
    };

    private static Command Setting(
        string name, string description, Func<OperatorLogins, string, string, CancellationToken, Task> set, Func<string, string> done)
    {
        var email = Email();
        var generate = new Option<bool>("--generate") { Description = "Make a password and print it." };
        var standardInput = new Option<bool>("--password-stdin") { Description = "Read the password from the first line of standard input." };
        var verb = new Command(name, $"{description} Asks for the password, unless told where it comes from.") { email, generate, standardInput };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(generate) && result.GetValue(standardInput))
            {
                result.AddError("--generate and --password-stdin exclude each other.");
            }
        });
        verb.SetAction((arguments, cancellationToken) => WithLoginsAsync(async logins =>
        {
            var address = arguments.GetRequiredValue(email);
            var generated = arguments.GetValue(generate) ? OperatorLogins.GeneratePassword() : null;
            var password = generated ?? (arguments.GetValue(standardInput) ? PasswordPrompt.FromStandardInput() : PasswordPrompt.Ask(address));
            await set(logins, address, password, cancellationToken);
            Console.Error.WriteLine(done(address));
            if (generated is not null)
            {
                Console.Out.WriteLine(generated);
            }
        }));
        return verb;
    }

    private static Command Remove()
    {
        var email = Email();
        var verb = new Command("remove", "Take a login away; its sessions end within a minute.") { email };
        verb.SetAction((arguments, cancellationToken) => WithLoginsAsync(async logins =>
        {
            await logins.RemoveAsync(arguments.GetRequiredValue(email), cancellationToken);
            Console.Error.WriteLine($"{arguments.GetRequiredValue(email)} can no longer sign in.");
        }));
        return verb;
    }

    private static Command List()
    {
        var verb = new Command("list", "List the logins.");
        verb.SetAction((_, cancellationToken) => WithLoginsAsync(async logins =>
        {
            foreach (var login in await logins.ListAsync(cancellationToken))
            {
                Console.Out.WriteLine(login.LockedUntil is { } until ? $"{login.Email}  locked until {until:u}" : login.Email);
            }
        }));
        return verb;
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "The operator's e-mail address, which is the login's name." };

    private static async Task<int> WithLoginsAsync(Func<OperatorLogins, Task> use)
    {
        await using var services = CliConfiguration.Services(CliConfiguration.Read());
        await use(services.GetRequiredService<OperatorLogins>());
        return 0;
    }
}
