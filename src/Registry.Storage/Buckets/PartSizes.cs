namespace Registry.Storage.Buckets;

/// <summary>
/// How large the parts of a multipart upload are. S3 takes 10,000 parts of 5 MiB to 5 GiB, and an object of 5 TiB. Most parts are small, so that
/// several of them are within the memory of an upload; beyond the first 4,000 (20 GiB at least) they grow, and 5 TiB fit.
/// </summary>
internal static class PartSizes
{
    public const int MostParts = 10_000;
    public const long Least = 5 * 1024 * 1024;

    private const long Most = 5L * 1024 * 1024 * 1024;
    private const long LargestFirst = 16 * 1024 * 1024;
    private const int EqualParts = 4_000;
    private const int PartsOfOneSize = 600;

    /// <summary>Bytes of the part of this number, counted from 1.</summary>
    /// <param name="number">Of the part.</param>
    /// <param name="uploadMemory">Bytes that one upload may take.</param>
    public static long SizeOf(int number, long uploadMemory)
    {
        // A third: one part is filled while two others are on their way.
        var first = Math.Clamp(uploadMemory / 3 / UploadMemory.BlockSize * UploadMemory.BlockSize, Least, LargestFirst);
        return number <= EqualParts ? first : Math.Min(Most, first << (1 + (number - EqualParts - 1) / PartsOfOneSize));
    }
}
