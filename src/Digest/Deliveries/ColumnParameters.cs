using Npgsql;

namespace Digest.Deliveries;

/// <summary>Rows as arrays, one for each column, which <c>unnest</c> makes rows again.</summary>
internal static class ColumnParameters
{
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
