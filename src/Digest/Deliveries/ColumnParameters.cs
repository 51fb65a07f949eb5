using Npgsql;

namespace Digest.Deliveries;

/// <summary>Rows as arrays, one for each column, and rows again in SQL.</summary>
internal static class ColumnParameters
{
    /// <summary>
    /// The rows of some columns. <c>unnest</c> of them all would keep a table of its own for each column, which for a few rows costs
    /// more than all that is done with them.
    /// </summary>
    /// <param name="first">The parameter of the first column.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="others">The others, and what they are called.</param>
    public static string Rows(string first, string name, params IReadOnlyList<(string Parameter, string Name)> others)
    {
        var columns = string.Concat(others.Select(column => $", (@{column.Parameter})[r.number::int] as {column.Name}"));
        return $"select r.{name}{columns} from unnest(@{first}) with ordinality r ({name}, number)";
    }

    public static void AddColumn<TRow, T>(this NpgsqlParameterCollection parameters, IReadOnlyList<TRow> rows, Func<TRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        parameters.Add(new NpgsqlParameter<T[]> { TypedValue = column });
    }
}
