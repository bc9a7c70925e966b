using Microsoft.Extensions.Logging;

namespace Registry.Api.Tests;

/// <summary>Keeps the fields of every line.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    public List<Dictionary<string, object?>> States { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        States.Add(((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value));
}
