namespace Registry.Gc.Retention;

/// <summary>
/// Matches names with one glob. The glob is an automaton whose states are all followed at once, so the time is at most that of
/// the name's length times the glob's, however many stars it has. (A regular expression would do the same; .NET's
/// non-backtracking ones hold a quarter of a MiB each, and a policy may have many globs.)
/// </summary>
internal sealed class GlobMatcher
{
    private readonly List<State> states = [];

    /// <summary>What every match begins with: most names end here.</summary>
    private readonly string prefix;

    /// <param name="glob">One in which <see cref="Glob.FindMistake"/> finds none.</param>
    public GlobMatcher(string glob)
    {
        var special = glob.AsSpan().IndexOfAny("*?{");
        prefix = special < 0 ? glob : glob[..special];
        var at = prefix.Length;
        AddSequence(glob, ref at, ends: "");
        states.Add(new State(StateKind.End));
    }

    private enum StateKind
    {
        Character,
        ComponentCharacter,
        AnyCharacter,

        /// <summary>Goes on at both, without a character.</summary>
        Fork,
        End,
    }

    public bool Matches(string name)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        // For each state, the step in which it was last reached, from 1 on; and the states reached, now and next.
        Span<int> steps = stackalloc int[states.Count];
        Span<int> current = stackalloc int[states.Count];
        Span<int> next = stackalloc int[states.Count];
        steps.Clear();
        var (count, step) = (0, 1);
        Reach(0, step, steps, current, ref count);
        for (var at = prefix.Length; at < name.Length; at++)
        {
            step++;
            var nextCount = 0;
            foreach (var state in current[..count])
            {
                if (Accepts(states[state], name[at]))
                {
                    Reach(state + 1, step, steps, next, ref nextCount);
                }
            }

            var spare = current;
            current = next;
            next = spare;
            count = nextCount;
        }

        return steps[^1] == step;
    }

    private static bool Accepts(State state, char c) => state.Kind switch
    {
        StateKind.Character => c == state.Character,
        StateKind.ComponentCharacter => c != '/',
        StateKind.AnyCharacter => true,
        _ => false,
    };

    private void Reach(int state, int step, Span<int> steps, Span<int> reached, ref int count)
    {
        if (steps[state] == step)
        {
            return;
        }

        steps[state] = step;
        if (states[state].Kind == StateKind.Fork)
        {
            Reach(states[state].One, step, steps, reached, ref count);
            Reach(states[state].Other, step, steps, reached, ref count);
        }
        else
        {
            reached[count++] = state;
        }
    }

    /// <summary>Up to the end of the glob, or to one of the characters that end it here.</summary>
    private void AddSequence(string glob, ref int at, string ends)
    {
        while (at < glob.Length && !ends.Contains(glob[at], StringComparison.Ordinal))
        {
            var start = at++;
            switch (glob[start])
            {
                case '{':
                    AddAlternatives(glob, ref at);
                    break;
                case '?':
                    states.Add(new State(StateKind.ComponentCharacter));
                    break;
                case '*' when glob.AsSpan(start).StartsWith("**/") && (start == 0 || glob[start - 1] == '/'):
                    at += 2;
                    AddOptionalComponents();
                    break;
                case '*' when glob.AsSpan(start).StartsWith("**"):
                    at++;
                    AddRun(StateKind.AnyCharacter);
                    break;
                case '*':
                    AddRun(StateKind.ComponentCharacter);
                    break;
                default:
                    states.Add(new State(StateKind.Character, glob[start]));
                    break;
            }
        }
    }

    private void AddRun(StateKind of)
    {
        var fork = states.Count;
        states.Add(default);
        states.Add(new State(of));
        states.Add(Fork(fork, fork));
        states[fork] = Fork(fork + 1, states.Count);
    }

    /// <summary>"**/": nothing, or anything that ends with a slash.</summary>
    private void AddOptionalComponents()
    {
        var fork = states.Count;
        states.Add(default);
        AddRun(StateKind.AnyCharacter);
        states.Add(new State(StateKind.Character, '/'));
        states[fork] = Fork(fork + 1, states.Count);
    }

    private void AddAlternatives(string glob, ref int at)
    {
        var ends = new List<int>();
        while (true)
        {
            var fork = states.Count;
            states.Add(default);
            AddSequence(glob, ref at, ends: ",}");
            ends.Add(states.Count);
            states.Add(default);
            var isLast = glob[at++] == '}';
            states[fork] = Fork(fork + 1, isLast ? fork + 1 : states.Count);
            if (isLast)
            {
                break;
            }
        }

        foreach (var end in ends)
        {
            states[end] = Fork(states.Count, states.Count);
        }
    }

    private static State Fork(int one, int other) => new(StateKind.Fork, default, one, other);

    private readonly record struct State(StateKind Kind, char Character = default, int One = 0, int Other = 0);
}
