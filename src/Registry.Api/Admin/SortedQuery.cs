using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Registry.Storage.Content;

namespace Registry.Api.Admin;

/// <summary>What a sorted list is asked with: <c>sort</c>, <c>order</c>, <c>n</c> and <c>after</c>, which is the <c>next</c> of the page before.</summary>
/// <param name="Sort">One of the words of the list.</param>
internal sealed record SortedQuery(string Sort, SortDirection Direction, Position? After, int Count)
{
    private const string Ascending = "asc";
    private const string Descending = "desc";

    /// <param name="allowed">The words by which this list can be sorted; the first is meant where none is given.</param>
    public static bool TryParse(string[] allowed, string? sort, string? order, string? after, int? n, out SortedQuery query, out string? mistake)
    {
        var by = sort ?? allowed[0];
        query = new SortedQuery(by, order == Descending ? SortDirection.Descending : SortDirection.Ascending, null, AdminEndpoints.PageSizeOf(n));
        mistake = !allowed.Contains(by) ? $"'{by}' is nothing to sort by. Give one of these: {string.Join(", ", allowed)}."
            : order is not (null or Ascending or Descending) ? $"'{order}' is no order. Give {Ascending} or {Descending}."
            : null;
        if (mistake is null && after is not null)
        {
            query = query with { After = query.Decode(after) };
            mistake = query.After is null ? "'after' is the 'next' of a page of this list with the same sort and order. Leave it out to begin anew." : null;
        }

        return mistake is null;
    }

    /// <summary>What to ask for after; null at the end.</summary>
    public string? Encode(Position? next) =>
        next is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Sort} {Direction} {next.Key.ToString(CultureInfo.InvariantCulture)} {next.Name}"));

    private Position? Decode(string after)
    {
        if (!Base64Url.IsValid(after))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(after)).Split(' ');
        return parts.Length == 4 && parts[0] == Sort && parts[1] == Direction.ToString() && long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key)
            ? new Position(key, parts[3])
            : null;
    }
}
