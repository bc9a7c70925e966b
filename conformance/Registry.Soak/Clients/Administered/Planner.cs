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
    private const double LongestLead = 25;
    private const double UseProbability = 0.2;

    public async Task RunOnceAsync(Visit visit)
    {
        var (repository, images) = (visit.OwnRepository, new List<Item>());
        for (var i = 0; i < Pushed; i++)
        {
            images.Add(visit.OwnImage());
            foreach (var blob in images[i].Edges)
            {
                await visit.HeadOrUploadAsync(repository, blob);
            }
        }

        // One after the other, before a run makes a plan of its own.
        for (var i = 0; i < Pushed; i++)
        {
            await branches.PutAsync(visit, repository, images[i], visit.Shelf.Branches[i]);
        }

        var made = await admin.MakePlanAsync();
        visit.Book.Demand(made.Status == 201, "plan POST", repository, made, []);
        if (made.Status != 201)
        {
            return;
        }

        var plan = (long)made.Json["id"]!;
        var going = (await admin.ListPlannedTagsAsync(plan)).Json.AsArray().Where(tag => (string?)tag!["repository"] == repository).Select(tag => (string)tag!["tag"]!).Take(Shelf.NewestKept).ToList();
        var applied = ApplyAsync(visit, plan);
        await visit.DelayAsync(TimeSpan.FromMilliseconds(LongestLead * visit.Random.NextDouble()));
        foreach (var tag in going)
        {
            await branches.PutAsync(visit, repository, images[visit.Random.Next(images.Count)], tag);
        }

        await applied;
        foreach (var tag in going)
        {
            await branches.PullAsync(visit, repository, tag);
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

    private async Task ApplyAsync(Visit visit, long plan)
    {
        var reply = await admin.ApplyPlanAsync(plan);
        visit.Book.Demand(reply.Status is 200 or 409, $"plan apply {reply.Status}", $"plan {plan}", reply, []);
    }
}
