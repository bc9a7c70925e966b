using Registry.Soak.Content;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients.Administered;

/// <summary>
/// Pushes images, a referrer of each and a signature under cosign's tag, and then asks for the images only, for longer than a
/// promise: while the subject lives, both are there and listed.
/// </summary>
internal sealed class Signer(Connection connection, Branches branches) : IClient
{
    private const int AtOnce = 3;
    private const int Rounds = 3;

    public async Task RunOnceAsync(Visit visit)
    {
        var all = new List<Signed>();
        for (var i = 0; i < AtOnce; i++)
        {
            if (await SignAsync(visit) is { } signed)
            {
                all.Add(signed);
            }
        }

        for (var round = 0; round < Rounds; round++)
        {
            await visit.WaitLateAsync();
            var there = new List<Signed>();
            foreach (var one in all)
            {
                // Late, it may have gone, and so may the others.
                if (await visit.HeadAsync(one.Repository, one.Subject))
                {
                    there.Add(one);
                }
            }

            all = there;
        }

        foreach (var one in all)
        {
            await CheckAsync(visit, one);
        }
    }

    private async Task<Signed?> SignAsync(Visit visit)
    {
        var (repository, subject, signature) = (visit.Shelf.AnyRepository(visit.Random), visit.OwnImage(), visit.OwnImage());
        var referrer = Manifests.ReferrerOf(subject, subject.Edges[0]) with { IsShared = false };
        await visit.HeadOrUploadBlobsAsync(repository, subject);
        await visit.HeadOrUploadBlobsAsync(repository, signature);

        // Half of them under a tag that the policy removes soon: nothing but the asking keeps the subject then.
        var signed = new Signed(repository, subject, referrer, signature);
        return await (visit.Chance(0.5) ? visit.PutAsync(repository, subject) : branches.PutAsync(visit, repository, subject, visit.Shelf.AnyBranch(visit.Random)))
            && await visit.PutAsync(repository, referrer) && await visit.PutAsync(repository, signature, signed.Tag) ? signed : null;
    }

    private async Task CheckAsync(Visit visit, Signed one)
    {
        var until = visit.Book.PromisedUntil(one.Repository, one.Subject)!.Value;
        var why = $"and its subject is promised until {until.TotalSeconds:F3}";
        await visit.DemandTagAsync("signature tag GET", one.Repository, one.Tag, one.Signature, until, why);
        await visit.PullAsync(one.Repository, one.Signature, new Because("as a signature", until));
        var reply = await connection.ListReferrersAsync(one.Repository, one.Subject);
        if (reply.Arrived <= until)
        {
            var isListed = reply.Status == 200 && reply.Json["manifests"]!.AsArray().Any(line => (string?)line!["digest"] == one.Referrer.Digest);
            visit.Book.Demand(isListed, "referrers GET", $"{one.Repository}@{one.Referrer.Digest}", reply, [why]);
        }

        await visit.PullAsync(one.Repository, one.Referrer, new Because("as a referrer", until));
    }

    private sealed record Signed(string Repository, Item Subject, Item Referrer, Item Signature)
    {
        public string Tag => $"{Subject.Digest.Replace(':', '-')}.sig";
    }
}
