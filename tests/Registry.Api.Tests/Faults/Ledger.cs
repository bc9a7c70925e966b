using System.Collections.Concurrent;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Faults;

/// <summary>
/// What the registry has said yes to, by address; null: that it is gone. What was asked for and not answered with yes is not in it, since nobody knows what
/// became of that.
/// </summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Content?> known = new();

    public int Count => known.Count(one => one.Value is not null);

    public int Gone => known.Count(one => one.Value is null);

    public void Has(string repository, string path, Content content) => known[$"/v2/{repository}/{path}"] = content;

    public void HasNot(string repository, string path) => known[$"/v2/{repository}/{path}"] = null;

    public void Forget(string repository, string path) => known.TryRemove($"/v2/{repository}/{path}", out _);

    public (string Address, Content Content)? TakeAny(Random random)
    {
        var (address, content) = known.Where(one => one.Value is not null).ElementAtOrDefault(random.Next(Math.Max(1, known.Count)));
        return content is null ? null : (address, content);
    }

    /// <summary>What is not as it was acknowledged, in words; empty is good. Every byte is compared.</summary>
    public async Task<IReadOnlyList<string>> FindBrokenAsync(PatientClient client)
    {
        var broken = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(known, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (one, _) =>
        {
            var answer = await client.TryAsync("GET", one.Key);
            if (answer is null)
            {
                broken.Add($"{one.Key}: no answer");
            }
            else if (one.Value is { } content ? answer.Status != 200 || !answer.Body.AsSpan().SequenceEqual(content.Bytes) : answer.Status != 404)
            {
                broken.Add($"{one.Key}: {answer.Status} {(answer.Status == 200 ? "" : answer.Text)}, and it should be {(one.Value is null ? "gone" : "there")}");
            }
        });
        return [.. broken.Order()];
    }
}
