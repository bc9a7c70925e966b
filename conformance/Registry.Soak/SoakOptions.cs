using System.Globalization;

namespace Registry.Soak;

/// <summary>What a soak is told on the command line.</summary>
internal sealed record SoakOptions
{
    public required Uri Registry { get; init; }

    /// <summary>L: how long the registry keeps what it said yes for.</summary>
    public TimeSpan Promise { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(30);

    public int Clients { get; init; } = 16;

    /// <summary>Our registry's admin API; null for a registry without.</summary>
    public Uri? Admin { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Repositories are made below it.</summary>
    public string Namespace { get; init; } = "soak";

    /// <summary>From the last client's end until what is left is counted; null for two promises and two seconds.</summary>
    public TimeSpan? Settle { get; init; }

    /// <summary>The fewest removals that the soak must have seen for its verdict to mean something.</summary>
    public int MinCollected { get; init; } = 20;

    /// <summary>Ends at this many broken promises: enough is known.</summary>
    public int MaxBroken { get; init; } = int.MaxValue;

    public TimeSpan SettleOrDefault => Settle ?? (Promise * 2) + TimeSpan.FromSeconds(2);

    public const string Usage = """
        Usage: --registry URL [options]
          --promise TIME        how long the registry keeps what it said yes for (00:00:05)
          --duration TIME       how long the clients run (00:00:30)
          --clients N           how many there are, of eight kinds in turn (16)
          --admin URL           the registry has our admin API there: seven more kinds of clients, one of each for every 16,
                                and a retention policy, which takes the place of the one that is set
          --seed N              of everything random but the timing (1)
          --namespace NAME      repositories are made below it (soak)
          --settle TIME         from the clients' end to the last count (two promises and two seconds)
          --min-collected N     fewer removals seen fail the soak: it would prove nothing (20)
          --max-broken N        ends at so many broken promises (no end)
        REGISTRY_USERNAME and REGISTRY_PASSWORD: basic authentication.
        Exit code 0: no broken promise, and enough was collected. 1: anything else.
        """;

    /// <exception cref="FormatException">What is wrong with the arguments.</exception>
    public static SoakOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SoakOptions { Registry = new Uri("about:blank") };
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count)
            {
                throw new FormatException($"{arguments[i]} has no value.");
            }

            options = options.With(arguments[i], arguments[i + 1]);
        }

        return options.Registry.Scheme is "http" or "https" ? options : throw new FormatException("--registry URL is needed.");
    }

    private SoakOptions With(string name, string value) => name switch
    {
        "--registry" => this with { Registry = Url(name, value) },
        "--admin" => this with { Admin = Url(name, value) },
        "--promise" => this with { Promise = Time(name, value) },
        "--duration" => this with { Duration = Time(name, value) },
        "--clients" => this with { Clients = Number(name, value) },
        "--seed" => this with { Seed = Number(name, value) },
        "--namespace" => this with { Namespace = value },
        "--settle" => this with { Settle = Time(name, value) },
        "--min-collected" => this with { MinCollected = Number(name, value) },
        "--max-broken" => this with { MaxBroken = Number(name, value) },
        _ => throw new FormatException($"There is no option {name}."),
    };

    private static Uri Url(string name, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw Invalid(name, value, "a URL");

    private static TimeSpan Time(string name, string value) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero ? time : throw Invalid(name, value, "a time span like 00:00:05");

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Invalid(name, value, "a number");

    private static FormatException Invalid(string name, string value, string expected) => new($"{name} {value}: expected {expected}.");
}
