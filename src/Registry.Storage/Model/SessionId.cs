namespace Registry.Storage.Model;

/// <summary>The name of an upload session, as it stands in its URL: 32 hex digits. <c>default</c> is none and prints so.</summary>
public readonly record struct SessionId(Guid Value)
{
    public bool IsValid => Value != Guid.Empty;

    public static SessionId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static bool TryParse(string? text, out SessionId id)
    {
        id = Guid.TryParseExact(text, "N", out var value) ? new SessionId(value) : default;
        return id.IsValid;
    }

    public override string ToString() => IsValid ? Value.ToString("N") : "(no session)";
}
