using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

public sealed class MemoryBucketTests : BucketContract
{
    private protected override IBucket Bucket { get; } = new MemoryBucket();
}
