using Registry.Soak.Content;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Conformance.Soak;

/// <summary>What the soak calls a broken promise, and what it must not.</summary>
public sealed class PromiseBookTests
{
    private const string Repository = "soak/shared";

    private readonly PromiseBook book = new(TimeSpan.FromSeconds(5));
    private readonly Item blob = Item.Blob([1, 2, 3]);

    /// <summary>The yes was asked for at 10 s and came at 11 s.</summary>
    public PromiseBookTests() => book.Yes(Repository, blob, "blob HEAD", until: null, Reply(200, 10, 11));

    [Theory]
    [InlineData(14.9, 1)]
    [InlineData(15.1, 0)]
    public void A_no_breaks_a_promise_if_it_came_before_the_end_counted_from_the_request(double arrived, int broken)
    {
        book.No(Repository, blob, "blob GET", book.PromisedUntil(Repository, blob), Reply(404, 14, arrived));
        Assert.Equal(broken, book.Broken.Count);
    }

    [Fact]
    public void A_no_to_a_request_from_before_the_yes_breaks_nothing()
    {
        var until = new PromiseBook(book.Promise).PromisedUntil(Repository, blob);
        book.No(Repository, blob, "blob GET", until, Reply(404, 10.5, 11.5));
        Assert.Empty(book.Broken);
    }

    [Fact]
    public void A_later_yes_never_shortens_a_promise()
    {
        book.Yes(Repository, blob, "blob HEAD", until: null, Reply(200, 9, 12));
        Assert.Equal(TimeSpan.FromSeconds(15), book.PromisedUntil(Repository, blob));
    }

    [Fact]
    public void What_its_owner_deletes_is_promised_to_nobody_and_not_collected()
    {
        book.Forget(Repository, blob);
        book.No(Repository, blob, "blob GET", book.PromisedUntil(Repository, blob), Reply(404, 12, 12));
        Assert.Equal((0, 0), (book.Broken.Count, book.Collected));
    }

    [Fact]
    public void Content_that_has_gone_after_its_promise_is_collected_once()
    {
        for (var at = 16; at < 18; at++)
        {
            book.No(Repository, blob, "blob HEAD", book.PromisedUntil(Repository, blob), Reply(404, at, at));
        }

        Assert.Equal((0, 1), (book.Broken.Count, book.Collected));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_manifest_may_be_refused_unless_all_that_it_names_is_promised(bool isOtherPromised, int broken)
    {
        var other = Item.Blob([4]);
        if (isOtherPromised)
        {
            book.Yes(Repository, other, "blob upload", until: null, Reply(201, 12, 12));
        }

        var manifest = Manifests.ImageOf(blob, [other]);
        book.Refused(Repository, manifest, book.EdgesPromisedUntil(Repository, manifest), Reply(404, 13, 13));
        Assert.Equal(broken, book.Broken.Count);
    }

    [Fact]
    public void A_promise_is_broken_once_and_told_with_its_history()
    {
        for (var i = 0; i < 2; i++)
        {
            book.No(Repository, blob, "blob GET", book.PromisedUntil(Repository, blob), Reply(404, 13, 13));
        }

        var broken = Assert.Single(book.Broken);
        Assert.Contains(broken.History, line => line.Contains("10.000..11.000", StringComparison.Ordinal) && line.EndsWith("200", StringComparison.Ordinal));
    }

    private static Reply Reply(int status, double sent, double arrived) => new("GET somewhere", status, [], null, TimeSpan.FromSeconds(sent), TimeSpan.FromSeconds(arrived));
}
