using System.Diagnostics.CodeAnalysis;

namespace Registry.Storage.Model;

/// <summary>Either a value or the reason why there is none. An expected outcome is a return value, not an exception.</summary>
public readonly struct Outcome<T>
    where T : notnull
{
    private readonly T? value;

    internal Outcome(T? value, RegistryError? error)
    {
        this.value = value;
        Error = error;
    }

    public RegistryError? Error { get; }

    /// <exception cref="InvalidOperationException">There is an error instead.</exception>
    public T Value => Error is null && value is not null ? value : throw new InvalidOperationException($"No value: {Error}");

    public bool Succeeded([NotNullWhen(true)] out T? result, [NotNullWhen(false)] out RegistryError? error)
    {
        (result, error) = (value, Error);
        return error is null;
    }

    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor of the type, in effect.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225:Operator overloads have named alternates", Justification = "The constructor of the type, in effect.")]
    public static implicit operator Outcome<T>(RegistryError error) => new(default, error);
}

/// <summary>Makes an outcome of an interface, which C# converts to nothing by itself.</summary>
public static class Outcome
{
    public static Outcome<T> Of<T>(T value)
        where T : notnull => new(value, null);
}
