using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Digest.Data;

/// <summary>Stores an enum as its snake_case name, so that a row read with psql says what it means.</summary>
public sealed class SnakeCaseEnumConverter<TEnum>()
    : ValueConverter<TEnum, string>(value => SnakeCase.Of(value), text => SnakeCase.Parse<TEnum>(text))
    where TEnum : struct, Enum;

/// <summary>The stored names of enums, also for SQL written by hand.</summary>
public static class SnakeCase
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Names<TEnum>.ByValue[value];

    /// <exception cref="FormatException">The text is no name of <typeparamref name="TEnum"/>.</exception>
    public static TEnum Parse<TEnum>(string text)
        where TEnum : struct, Enum => Names<TEnum>.ByName.TryGetValue(text, out var value)
            ? value
            : throw new FormatException($"'{text}' is no {typeof(TEnum).Name}.");

    private static class Names<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> ByValue = Enum.GetValues<TEnum>()
            .ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, TEnum> ByName = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
