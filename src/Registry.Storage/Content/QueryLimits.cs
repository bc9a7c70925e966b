namespace Registry.Storage.Content;

internal static class QueryLimits
{
    /// <summary>How many values one query names: SQLite allows 32,766 parameters, and a plan for few is made once.</summary>
    public const int ValuesPerQuery = 200;
}
