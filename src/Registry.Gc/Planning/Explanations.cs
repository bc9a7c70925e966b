using Microsoft.EntityFrameworkCore;
using Registry.Gc.Liveness;
using Registry.Gc.Policies;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Planning;

/// <summary>Says of one tag or manifest why it is kept, by what path and until when, or when it goes, and what that frees.</summary>
public sealed class Explanations(IDbContextFactory<IndexContext> contexts, ContentLiveness liveness, PolicyStore policies, PullRecorder pulls, ExplanationWords words)
{
    /// <summary>Errors: NameUnknown, ManifestUnknown.</summary>
    public async Task<Outcome<Explanation>> FindAsync(RepositoryName repository, Reference reference, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await pulls.FlushAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var name = repository.ToString();
        var repositoryId = db.Repositories.Where(r => r.Name == name).Select(r => (long?)r.Id).FirstOrDefault();
        if (repositoryId is not { } id)
        {
            return new RegistryError(ErrorKind.NameUnknown, $"There is no repository {repository}.");
        }

        var there = PlannableTags.Read(db, now, [id]).FirstOrDefault();
        var asked = reference.IsTag ? there?.Tags.FirstOrDefault(tag => tag.Facts.Name == reference.Tag) : null;
        if (reference.IsTag && asked is null)
        {
            return new RegistryError(ErrorKind.ManifestUnknown, $"{repository} has no tag {reference}. 'registry tag history {repository}:{reference}' says what it pointed to.");
        }

        var digest = asked?.Facts.Digest ?? reference.Digest;
        if (liveness.FindKeepers(repository, digest) is not { } keepers)
        {
            return new RegistryError(ErrorKind.ManifestUnknown, $"{repository} has no manifest {digest}.");
        }

        var tags = there?.Tags.Where(tag => tag.Facts.Digest == digest).ToList() ?? [];
        var decisions = Decide(there, tags, now);
        var freed = keepers.Paths.Count == 0 ? liveness.FindFreedWith(repository, digest) : liveness.FindFreed(asked is null ? tags.ConvertAll(tag => tag.Id) : [asked.Id]);
        var decision = asked is null ? null : decisions.FirstOrDefault(d => d.Tag.Name == asked.Facts.Name);
        return words.Add(new Explanation(repository, digest, decision, decisions, keepers, words.FindEnd(keepers), freed, []), now);
    }

    /// <summary>What the policy says of these tags, with all others of the repository in view; nothing where there is no policy.</summary>
    private List<TagDecision> Decide(PlannableRepository? repository, List<PlannableTag> tags, DateTimeOffset now)
    {
        if (repository is null || policies.Current is not { } policy)
        {
            return [];
        }

        var names = tags.Select(tag => tag.Facts.Name).ToHashSet();
        return [.. RetentionPlanner.Decide(policy.Policy, repository.Name, repository.Tags.Select(tag => tag.Facts), now).Where(d => names.Contains(d.Tag.Name))];
    }
}
