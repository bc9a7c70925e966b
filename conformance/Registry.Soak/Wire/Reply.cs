namespace Registry.Soak.Wire;

/// <summary>
/// What was answered and when: the registry decided somewhere between the two times, both since the soak's start.
/// </summary>
/// <param name="Status">0: no answer.</param>
internal sealed record Reply(string Request, int Status, byte[] Body, Uri? Location, TimeSpan Sent, TimeSpan Arrived)
{
    /// <summary>The body as JSON; for answers that are.</summary>
    public System.Text.Json.Nodes.JsonNode Json => System.Text.Json.Nodes.JsonNode.Parse(Body)!;

    /// <summary>The answer in a few words, for a history.</summary>
    public string Shown => Status switch
    {
        0 => $"no answer ({System.Text.Encoding.UTF8.GetString(Body)})",
        >= 400 when Body.Length > 0 => $"{Status} {System.Text.Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 300))).ReplaceLineEndings(" ")}",
        _ => $"{Status}",
    };
}
