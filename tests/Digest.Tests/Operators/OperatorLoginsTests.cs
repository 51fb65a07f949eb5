using Digest.Operators;
using Digest.Settings;
using Digest.TestKit;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace Digest.Tests.Operators;

public sealed class OperatorLoginsTests : IAsyncLifetime
{
    private const string Email = "o'hara+desk@example.com";
    private const string Password = "a long enough password";

    private TestDatabase database = null!;
    private ServiceProvider services = null!;

    private OperatorLogins Logins => services.GetRequiredService<OperatorLogins>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        services = TestServices.Build(database, new FakeTimeProvider(DateTimeOffset.UtcNow));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_login_is_listed_and_its_password_is_kept_as_a_hash()
    {
        await Logins.AddAsync(Email, Password, Token);

        (await Logins.ListAsync(Token)).ShouldBe([new OperatorLogin(Email, LockedUntil: null)]);
        (await database.ScalarAsync<string>("select password_hash from digest.operators")).ShouldNotBeNull().ShouldNotContain(Password);
    }

    [Fact]
    public async Task A_second_login_of_the_same_address_is_refused_and_says_the_way_out()
    {
        await Logins.AddAsync(Email, Password, Token);

        var refused = await Should.ThrowAsync<RefusedException>(() => Logins.AddAsync(Email.ToUpperInvariant(), Password, Token));

        refused.Message.ShouldContain("digest operator password");
    }

    [Theory]
    [InlineData("editor@example.com", "too short", "Passwords must be at least")]
    [InlineData("no address", Password, "such as editor@example.org; write that")]
    [InlineData("notmail", Password, "such as editor@example.org; write that")]
    public async Task A_short_password_or_a_wrong_address_leaves_nothing_behind_and_says_the_way_out(string email, string password, string said)
    {
        (await Should.ThrowAsync<RefusedException>(() => Logins.AddAsync(email, password, Token))).Message.ShouldContain(said);

        (await Logins.ListAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_password_opens_a_locked_login_and_ends_its_sessions()
    {
        await Logins.AddAsync(Email, Password, Token);
        await database.ExecuteAsync("update digest.operators set lockout_end = now() + interval '1 hour', access_failed_count = 3");
        (await Logins.ListAsync(Token)).ShouldHaveSingleItem().LockedUntil.ShouldNotBeNull();
        var stamp = await database.ScalarAsync<string>("select security_stamp from digest.operators");

        await Logins.ChangePasswordAsync(Email, "another long password", Token);

        (await Logins.ListAsync(Token)).ShouldHaveSingleItem().LockedUntil.ShouldBeNull();
        (await database.ScalarAsync<string>("select security_stamp from digest.operators")).ShouldNotBe(stamp);
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Operator>>();
        var login = (await users.FindByEmailAsync(Email)).ShouldNotBeNull();
        (await users.CheckPasswordAsync(login, "another long password")).ShouldBeTrue();
        (await users.CheckPasswordAsync(login, Password)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_short_new_password_changes_nothing()
    {
        await Logins.AddAsync(Email, Password, Token);
        var before = await database.ScalarAsync<string>("select password_hash from digest.operators");

        await Should.ThrowAsync<RefusedException>(() => Logins.ChangePasswordAsync(Email, "short", Token));

        (await database.ScalarAsync<string>("select password_hash from digest.operators")).ShouldBe(before);
    }

    [Fact]
    public async Task A_removed_login_is_gone_and_an_unknown_one_is_named()
    {
        await Logins.AddAsync(Email, Password, Token);

        await Logins.RemoveAsync(Email, Token);

        (await Logins.ListAsync(Token)).ShouldBeEmpty();
        (await Should.ThrowAsync<RefusedException>(() => Logins.RemoveAsync(Email, Token))).Message.ShouldContain(Email);
    }

    [Fact]
    public void Generated_passwords_are_long_and_never_the_same()
    {
        var passwords = Enumerable.Range(0, 200).Select(_ => OperatorLogins.GeneratePassword()).ToList();

        passwords.ShouldBeUnique();
        passwords.ShouldAllBe(password => password.Length == 23);
    }
}
