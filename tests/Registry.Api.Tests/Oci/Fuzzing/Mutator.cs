namespace Registry.Api.Tests.Oci.Fuzzing;

/// <summary>Small damages, all from one source of randomness.</summary>
internal sealed class Mutator(Random random)
{
    private static readonly string[] Hostile =
    [
        "/", "//", "..", "/../", "%", "%00", "%2F", "%2e%2e", "%C3%28", "%ED%A0%80", "%ff", "\u00e9", "\u0080", ":", "@", "\\", "?", "#", "&", "=", "\"", "'", ",", ";", "*", "\t", "\u007f",
        "<script>", "${jndi}", "{0}", "' or 1=1 --", "-1", "_oci", "_catalog", "uploads", "blobs", "manifests", new string('a', 300), new string('/', 200), new string('9', 40), new string('%', 50), new string('a', 9000),
    ];

    public int Below(int count) => random.Next(count);

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public byte[] Random(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>The text, damaged in one of three cases.</summary>
    public string Sometimes(string text) => Chance(33) ? Damage(text) : text;

    public string Damage(string text)
    {
        for (var times = 1 + random.Next(2); times > 0; times--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(4) switch
            {
                0 => text[..at],
                1 => text[..at] + text[Math.Min(text.Length, at + 1)..],
                2 => text[..at] + text[(at / 2)..],
                _ => text[..at] + Pick(Hostile) + text[at..],
            };
        }

        return text;
    }

    /// <summary>Some bytes are others.</summary>
    public byte[] Flip(byte[] bytes)
    {
        for (var times = 1 + random.Next(4); times > 0 && bytes.Length > 0; times--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
