using Registry.Soak.Promises;

namespace Registry.Conformance.Soak;

/// <summary>Which tags the policy of the soak must leave, and which it may have taken.</summary>
public sealed class NewestTagsTests
{
    private const string Repository = "soak/shared";

    private readonly NewestTags newest = new(kept: 2);

    [Fact]
    public void A_tag_that_nobody_has_set_need_not_be_there() => Assert.False(newest.MustBeThere(Repository, "b-0"));

    [Fact]
    public void The_newest_must_be_there_and_the_third_need_not()
    {
        Set("b-0", 1, 2);
        Set("b-1", 3, 4);
        Assert.True(newest.MustBeThere(Repository, "b-0"));
        Set("b-2", 5, 6);
        Assert.Equal([false, true, true], MustBeThere("b-0", "b-1", "b-2"));
    }

    [Fact]
    public void A_tag_that_is_pushed_again_is_new()
    {
        Set("b-0", 1, 2);
        Set("b-1", 3, 4);
        Set("b-2", 5, 6);
        Set("b-0", 7, 8);
        Assert.Equal([true, false, true], MustBeThere("b-0", "b-1", "b-2"));
    }

    [Fact]
    public void Of_pushes_that_overlap_either_may_be_the_newer()
    {
        Set("b-0", 1, 4);
        Set("b-1", 2, 5);
        Set("b-2", 3, 6);
        Assert.Equal([false, false, false], MustBeThere("b-0", "b-1", "b-2"));
    }

    [Fact]
    public void A_push_that_is_under_way_or_was_refused_may_count()
    {
        Set("b-1", 1, 2);
        Set("b-0", 3, 4);
        Set("b-2", 5, 6);
        newest.Begin(Repository, "b-1");
        Assert.False(newest.MustBeThere(Repository, "b-0"));
        newest.End(Repository, "b-1", isSet: false, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));
        Assert.False(newest.MustBeThere(Repository, "b-0"));
    }

    [Fact]
    public void Each_repository_has_its_own()
    {
        Set("b-0", 1, 2);
        foreach (var tag in new[] { "b-1", "b-2" })
        {
            newest.Begin("soak/other", tag);
        }

        Assert.True(newest.MustBeThere(Repository, "b-0"));
    }

    private void Set(string tag, double sent, double arrived)
    {
        newest.Begin(Repository, tag);
        newest.End(Repository, tag, isSet: true, TimeSpan.FromSeconds(sent), TimeSpan.FromSeconds(arrived));
    }

    private bool[] MustBeThere(params string[] tags) => [.. tags.Select(tag => newest.MustBeThere(Repository, tag))];
}
