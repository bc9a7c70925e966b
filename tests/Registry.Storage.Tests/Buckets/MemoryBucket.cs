using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

/// <summary>A bucket in memory, with a place to make each call fail before or after it took effect.</summary>
internal sealed class MemoryBucket : IBucket
{
    private readonly ConcurrentDictionary<string, byte[]> objects = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, byte[]> Objects => objects;

    /// <summary>Called before a call takes effect, with its method's name and the object's. What it throws the caller gets.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    /// <summary>The same after it took effect.</summary>
    public Action<string, string> After { get; set; } = (_, _) => { };

    public Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        CallAsync(nameof(TryAddAsync), name, () => objects.TryAdd(name, bytes.ToArray()));

    public Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        CallAsync(nameof(PutAsync), name, () => objects[name] = bytes.ToArray());

    public async Task UploadAsync(string name, Stream bytes, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await bytes.CopyToAsync(copy, cancellationToken);
        await CallAsync(nameof(UploadAsync), name, () => objects[name] = copy.ToArray());
    }

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(nameof(OpenReadAsync), name, () => objects.TryGetValue(name, out var bytes) ? (Stream)new MemoryStream(bytes, writable: false) : null);

    public async IAsyncEnumerable<BucketObject> ListAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var found = await CallAsync(nameof(ListAsync), prefix, () => objects
            .Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(o.Key, after) > 0))
            .Select(o => new BucketObject(o.Key, o.Value.Length)).OrderBy(o => o.Name, StringComparer.Ordinal).ToList());
        foreach (var one in found)
        {
            yield return one;
        }
    }

    public Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<string>>(nameof(DeleteAsync), names.FirstOrDefault() ?? "", () =>
        {
            foreach (var name in names)
            {
                objects.TryRemove(name, out _);
            }

            return [.. names];
        });

    private Task<T> CallAsync<T>(string method, string name, Func<T> effect)
    {
        try
        {
            Before(method, name);
            var result = effect();
            After(method, name);
            return Task.FromResult(result);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }
}
