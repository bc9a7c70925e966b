using Registry.Soak.Content;
using Registry.Soak.Promises;

namespace Registry.Soak.Clients.Administered;

/// <summary>Tags of which the policy removes all but the newest. Whoever sets one does it here, so that it is known which must stay.</summary>
internal sealed class Branches(NewestTags newest)
{
    public const string Kind = "branch tag GET";

    /// <summary>The blobs, and then the manifest under the tag.</summary>
    public async Task<bool> PushAsync(Visit visit, string repository, Item image, string tag)
    {
        await visit.HeadOrUploadBlobsAsync(repository, image);

        return await PutAsync(visit, repository, image, tag);
    }

    public Task<bool> PutAsync(Visit visit, string repository, Item image, string tag) => SetAsync(visit, repository, tag, () => visit.PutAsync(repository, image, tag));

    /// <summary>Anything that points the tag somewhere; true if it did.</summary>
    public async Task<bool> SetAsync(Visit visit, string repository, string tag, Func<Task<bool>> set)
    {
        newest.Begin(repository, tag);
        var (sent, isSet) = (visit.Now, false);
        try
        {
            return isSet = await set();
        }
        finally
        {
            newest.End(repository, tag, isSet, sent, visit.Now);
        }
    }

    /// <summary>A tag that the policy has removed is no broken promise; one that is among the newest must be there.</summary>
    /// <returns>The manifest; null without the tag.</returns>
    public Task<Item?> PullAsync(Visit visit, string repository, string tag) =>
        visit.PullTagAsync(repository, tag, new TagRule(Kind, () => newest.MustBeThere(repository, tag), () => newest.Describe(repository)));
}
