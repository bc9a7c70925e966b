using Registry.Soak.Content;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients.Administered;

/// <summary>
/// Makes a plan that has tags of its own in it, and applies it while it pushes two of them again. Whoever comes first: the plan
/// is applied or refused, and what was pushed is there, and what lost its tag can be used for the promise.
/// </summary>
internal sealed class Planner(AdminApi admin, Branches branches) : IClient
{
    private const int Pushed = 5;
    private const double UseProbability = 0.1;

    /// <summary>How long the last application took: the next one's pushes come at any time in it.</summary>
    private TimeSpan took;

    public async Task RunOnceAsync(Visit visit)
    {
        var (repository, images) = (visit.OwnRepository, new List<Item>());
        for (var i = 0; i < Pushed; i++)
        {
            images.Add(visit.OwnImage());
            await visit.HeadOrUploadBlobsAsync(repository, images[i]);
        }

        // One after the other, before a run makes a plan of its own.
        for (var i = 0; i < Pushed; i++)
        {
            await branches.PutAsync(visit, repository, images[i], visit.Shelf.Branches[i]);
        }

        var made = await admin.MakePlanAsync();
        visit.Book.Demand(made.Status == 201, "plan POST", repository, made, []);
        if (made.Status == 201)
        {
            var plan = (long)made.Json["id"]!;
            await RaceAsync(visit, plan, images, await FindGoingAsync(visit, plan));
        }

        if (visit.Chance(UseProbability))
        {
            await visit.WaitLateAsync();
            foreach (var image in images)
            {
                await visit.UseAsync(repository, image);
            }
        }
    }

    /// <summary>Tags of its own that the plan removes: as many as the policy keeps once they are pushed again.</summary>
    private async Task<IReadOnlyList<string>> FindGoingAsync(Visit visit, long plan)
    {
        var listed = await admin.ListPlannedTagsAsync(plan);
        visit.Book.Demand(listed.Status == 200, "planned tags GET", $"plan {plan}", listed, []);
        return listed.Status != 200 ? []
            : [.. listed.Json.AsArray().Where(tag => (string?)tag!["repository"] == visit.OwnRepository).Select(tag => (string)tag!["tag"]!).Take(Shelf.NewestKept)];
    }

    private async Task RaceAsync(Visit visit, long plan, List<Item> images, IReadOnlyList<string> going)
    {
        var applied = ApplyAsync(visit, plan);
        await visit.DelayAsync(took * visit.Random.NextDouble());
        foreach (var tag in going)
        {
            await branches.PutAsync(visit, visit.OwnRepository, images[visit.Random.Next(images.Count)], tag);
        }

        await applied;
        foreach (var tag in going)
        {
            await branches.PullAsync(visit, visit.OwnRepository, tag);
        }
    }

    private async Task ApplyAsync(Visit visit, long plan)
    {
        var reply = await admin.ApplyPlanAsync(plan);
        took = reply.Arrived - reply.Sent;
        visit.Book.Demand(reply.Status is 200 or 409, $"plan apply {reply.Status}", $"plan {plan}", reply, []);
    }
}
