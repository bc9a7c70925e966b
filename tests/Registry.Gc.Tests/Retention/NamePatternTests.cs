using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("**", "a a/b a/b/c", "")]
    [InlineData("*", "a b-c", "a/b")]
    [InlineData("team/**", "team/a team/a/b", "team teams/a x/team/a")]
    [InlineData("team/*", "team/a", "team team/a/b")]
    [InlineData("**/cache", "cache a/cache a/b/cache", "a/cache/b mycache a/mycache")]
    [InlineData("a/**/z", "a/z a/b/z a/b/c/z", "az a/bz a/b/cz")]
    [InlineData("{team,group}/*", "team/a group/b", "teams/a team/a/b")]
    [InlineData("{a,b{c,d/*},}x", "ax bcx bd/x bd/ex x", "bx bdx")]
    [InlineData("te?m/a", "team/a term/a", "tem/a te/m/a")]
    [InlineData("a?b", "axb", "a/b ab")]
    [InlineData("a.b", "a.b", "axb")]
    [InlineData("team**", "team teams team/a/b", "a/team")]
    public void A_glob_for_repositories(string glob, string matching, string others) => Check(glob, NameKind.Repository, matching, others);

    [Theory]
    [InlineData("v*", "v v1 v1.2.3", "V1 av1")]
    [InlineData("pr-??", "pr-12", "pr-1 pr-123")]
    [InlineData("{main,release-*}", "main release- release-1", "release main-1")]
    [InlineData("latest", "latest", "latest1 LATEST latest-")]
    [InlineData("regex:v[0-9]+", "v1 v12", "v1.0 av1 v")]
    [InlineData("regex:a|ab", "a ab", "abc b")]
    [InlineData("regex:(?i)MAIN", "main Main", "mains")]
    [InlineData("regex:^v.*$", "v1", "av1")]
    public void A_pattern_for_tags(string pattern, string matching, string others) => Check(pattern, NameKind.Tag, matching, others);

    [Theory]
    [InlineData("", "is empty: write '*' for every tag")]
    [InlineData("a/b", "matches nothing, because of '/': a tag has only letters, digits, '.', '_' and '-'")]
    [InlineData("a b", "matches nothing, because of ' '")]
    [InlineData("a,b", "matches nothing, because of ','")]
    [InlineData("ä", "matches nothing, because of 'ä'")]
    [InlineData("a\n", @"matches nothing, because of '\u000a'")]
    [InlineData("[ab]", "has a '[', which means nothing in a glob: use *, **, ? and {a,b}, or a regular expression, 'regex:...'")]
    [InlineData("^v1$", "has a '^'")]
    [InlineData("{a,b", "has a '{' without a '}': write {a,b}")]
    [InlineData("a}", "has a '}' without a '{': write {a,b}")]
    [InlineData("{{{{{{{{{a}}}}}}}}}", "has braces nested more than 8 deep")]
    [InlineData("regex:", "is a regular expression of 0 characters")]
    [InlineData("regex:(", "is not a regular expression: Invalid pattern '(' at offset 1.")]
    [InlineData("regex:a)|(?:b", "is not a regular expression")]
    [InlineData(@"regex:(a)\1", "is a regular expression that takes no linear time")]
    [InlineData("regex:(?!a)b", "is a regular expression that takes no linear time")]
    [InlineData("regex:(a{0,255}){0,255}", "is a regular expression that takes no linear time")]
    public void What_is_no_pattern_for_tags(string pattern, string mistake)
    {
        Assert.StartsWith(mistake, NamePattern.FindMistake(pattern, NameKind.Tag));
        Assert.Throws<ArgumentException>(() => NamePattern.Parse(pattern, NameKind.Tag));
    }

    [Theory]
    [InlineData("", "is empty: write '**' for every repository")]
    [InlineData("/a", "matches nothing: a repository's name has no '/' at its ends")]
    [InlineData("a/", "matches nothing: a repository's name has no '/' at its ends")]
    [InlineData("a//b", "matches nothing: a repository's name has no '/' at its ends and no two in a row")]
    [InlineData("Team/*", "matches nothing, because of 'T': a repository has only lower-case letters")]
    [InlineData("host:5000/a", "matches nothing, because of ':'")]
    public void What_is_no_pattern_for_repositories(string pattern, string mistake) =>
        Assert.StartsWith(mistake, NamePattern.FindMistake(pattern, NameKind.Repository));

    [Fact]
    public void A_pattern_is_not_longer_than_it_may_be()
    {
        Assert.Null(NamePattern.FindMistake(new string('a', Glob.MaxLength), NameKind.Tag));
        Assert.NotNull(NamePattern.FindMistake(new string('a', Glob.MaxLength + 1), NameKind.Tag));
        Assert.Null(NamePattern.FindMistake("regex:" + new string('a', NamePattern.MaxRegexLength), NameKind.Tag));
        Assert.NotNull(NamePattern.FindMistake("regex:" + new string('a', NamePattern.MaxRegexLength + 1), NameKind.Tag));
    }

    [Fact]
    public void Many_stars_take_no_more_time_than_their_number_times_the_name()
    {
        // A backtracking matcher needs some 10^60 steps for this.
        var glob = string.Concat(Enumerable.Repeat("*a", 120)) + "b";
        Assert.False(NamePattern.Parse(glob, NameKind.Tag).Matches(new string('a', 128)));
        Assert.True(NamePattern.Parse(glob, NameKind.Tag).Matches(new string('a', 127) + "b"));
    }

    [Fact]
    public void A_glob_matches_what_a_naive_matcher_matches() =>
        Gen.Select(Globs, Gen.Char["ab/."].Array[0, 8].Select(chars => new string(chars)).Array[20])
            .Where((glob, _) => Glob.FindMistake(glob, NameKind.Repository) is null)
            .Sample(
                (glob, names) =>
                {
                    var pattern = NamePattern.Parse(glob, NameKind.Repository);
                    Assert.All(names, name => Assert.Equal(MatchesNaively(glob, name), pattern.Matches(name)));
                },
                iter: 20_000);

    [Fact]
    public void Any_text_is_a_pattern_or_a_mistake() =>
        Gen.OneOf(Gen.String, Gen.Char["ab*?{},/[](|)\\:.+"].Array[0, 20].Select(chars => new string(chars)))
            .SelectMany(text => Gen.Bool.Select(asRegex => asRegex ? "regex:" + text : text))
            .Sample(
                text =>
                {
                    if (NamePattern.FindMistake(text, NameKind.Tag) is null)
                    {
                        NamePattern.Parse(text, NameKind.Tag).Matches("a-tag");
                    }
                },
                iter: 1_000);

    private static Gen<string> Globs { get; } = Pick.From("a", "b", ".", "/", "*", "**", "**/", "?", "{a,b}", "{a/,}", "{*b,{.,?}}").Array[1, 6].Select(string.Concat);

    private static void Check(string pattern, NameKind kind, string matching, string others)
    {
        var parsed = NamePattern.Parse(pattern, kind);
        Assert.All(matching.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.True(parsed.Matches(name), name));
        Assert.All(others.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.False(parsed.Matches(name), name));
    }

    /// <summary>Tries everything: each alternative of the braces by itself, then each length of each star.</summary>
    private static bool MatchesNaively(string glob, string name) => Alternatives(glob).Any(g => Match(g, 0, name, 0));

    private static IEnumerable<string> Alternatives(string glob)
    {
        var open = glob.LastIndexOf('{');
        if (open < 0)
        {
            return [glob];
        }

        // The last one that opens has none inside. What is in it must not become part of a "**/" outside of it: it is marked.
        var close = glob.IndexOf('}', open);
        return glob[(open + 1)..close].Split(',').SelectMany(inner => Alternatives($"{glob[..open]}\0{inner}\0{glob[(close + 1)..]}"));
    }

    private static bool Match(string glob, int g, string name, int n)
    {
        if (g == glob.Length)
        {
            return n == name.Length;
        }

        bool AnyRun(int next, bool overSlashes)
        {
            for (var end = n; ; end++)
            {
                if (Match(glob, next, name, end))
                {
                    return true;
                }

                if (end == name.Length || name[end] == '/' && !overSlashes)
                {
                    return false;
                }
            }
        }

        var rest = glob.AsSpan(g);
        if (rest.StartsWith("**/") && (g == 0 || glob[g - 1] == '/'))
        {
            // Nothing, or anything that ends with a slash.
            return Match(glob, g + 3, name, n) || Enumerable.Range(n, name.Length - n).Any(end => name[end] == '/' && Match(glob, g + 3, name, end + 1));
        }

        return rest[0] switch
        {
            '\0' => Match(glob, g + 1, name, n),
            '*' when rest.StartsWith("**") => AnyRun(g + 2, overSlashes: true),
            '*' => AnyRun(g + 1, overSlashes: false),
            '?' => n < name.Length && name[n] != '/' && Match(glob, g + 1, name, n + 1),
            var c => n < name.Length && name[n] == c && Match(glob, g + 1, name, n + 1),
        };
    }
}
