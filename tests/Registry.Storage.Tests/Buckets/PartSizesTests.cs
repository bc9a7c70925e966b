using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

public sealed class PartSizesTests
{
    private const long MiB = 1024 * 1024;
    private const long TiB = MiB * MiB;

    [Theory]
    [InlineData(1, 10, 5)]
    [InlineData(1, 16, 5.25)]
    [InlineData(4000, 16, 5.25)]
    [InlineData(4001, 16, 10.5)]
    [InlineData(4600, 16, 10.5)]
    [InlineData(4601, 16, 21)]
    [InlineData(1, 48, 16)]
    [InlineData(1, 1024, 16)]
    [InlineData(10_000, 16, 5120)]
    [InlineData(10_000, 10, 5120)]
    public void A_part_has_a_size_by_its_number_and_the_memory_of_an_upload(int number, double memory, double expected) =>
        Assert.Equal((long)(expected * MiB), PartSizes.SizeOf(number, (long)(memory * MiB)));

    [Theory]
    [InlineData(10)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1024)]
    public void The_largest_object_fits_and_every_part_is_one_that_S3_takes(long memory)
    {
        var sizes = Enumerable.Range(1, PartSizes.MostParts).Select(number => PartSizes.SizeOf(number, memory * MiB)).ToList();
        Assert.True(sizes.Sum() >= 5 * TiB);
        Assert.All(sizes, size => Assert.InRange(size, 5 * MiB, 5 * 1024 * MiB));
        Assert.Equal(sizes.Order(), sizes);
        // Two at least are in memory at once, for the first 20 GiB.
        Assert.True(sizes[3999] * 2 <= memory * MiB);
    }
}
