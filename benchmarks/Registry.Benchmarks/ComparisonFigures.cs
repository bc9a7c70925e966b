using Registry.Benchmarks.Comparison;
using Registry.Benchmarks.Report;

namespace Registry.Benchmarks;

/// <param name="OurPeakBytes">Memory of our process at its peak.</param>
internal sealed record ComparisonFigures(
    RetaggedImages Content,
    string TheirVersion,
    double TheirSeconds,
    double OurSeconds,
    long TheirFreedBytes,
    long OurFreedBytes,
    int TheirBlobs,
    int OurBlobs,
    int TheirLost,
    int OurLost,
    long? OurPeakBytes) : IFigures
{
    /// <summary>Theirs is not judged. It stores manifests as blobs, and frees so much more.</summary>
    public bool IsRight => OurLost == 0 && OurBlobs == Content.Repositories * RetaggedImages.BlobsPerImage;

    public string Heading => Wording.Count(Content.Images);

    public IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ($"docker-registry {TheirVersion} garbage-collect -m, stopped", Wording.Seconds(TheirSeconds));
        yield return ("this registry, all its runs, while it serves", Wording.Seconds(OurSeconds));
        yield return ("**ours / theirs**", Wording.Ratio(OurSeconds / TheirSeconds));
        yield return ("bytes freed, theirs (with manifests) and ours", $"{Wording.Count(TheirFreedBytes)} and {Wording.Count(OurFreedBytes)}");
        yield return ("stored objects afterwards, theirs (with manifests) and ours", $"{Wording.Count(TheirBlobs)} and {Wording.Count(OurBlobs)}");
        yield return ("newest images lost, theirs and ours", $"{Wording.Count(TheirLost)} and {Wording.Count(OurLost)}");
        yield return ("memory of our process at its peak", Wording.Mebibytes(OurPeakBytes));
    }
}
