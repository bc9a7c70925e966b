using System.Reflection;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>What a registry made of one requirement.</summary>
internal enum Verdict
{
    Pass,
    Fail,
    NotOffered,
}

/// <summary>A requirement and how to try it on any registry.</summary>
internal sealed record Requirement(string Name, string Section, Level Level, string Sentence, MethodInfo Method)
{
    /// <summary>Tries the requirement on <paramref name="registry"/>; says why when the verdict is not Pass.</summary>
    public async Task<(Verdict Verdict, string Reason)> TryAsync(RegistryUnderTest registry)
    {
        var instance = Activator.CreateInstance(Method.DeclaringType!, registry);
        try
        {
            await (Task)Method.Invoke(instance, null)!;
            return (Verdict.Pass, "");
        }
        catch (Exception e) when (e.Message.StartsWith(Xunit.v3.DynamicSkipToken.Value, StringComparison.Ordinal))
        {
            return (Verdict.NotOffered, e.Message[Xunit.v3.DynamicSkipToken.Value.Length..]);
        }
        catch (Exception e)
        {
            return (Verdict.Fail, e.Message);
        }
    }
}

/// <summary>Every requirement of the suite, in the order of the files' names and of the methods in them.</summary>
internal static class RequirementTable
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        .. from type in typeof(RequirementTable).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           let requirement = method.GetCustomAttribute<RequirementAttribute>()
           where requirement is not null
           orderby type.Name, method.MetadataToken
           select new Requirement($"{type.Name}.{method.Name}", requirement.Section, requirement.Level, requirement.Sentence, method),
    ];
}
