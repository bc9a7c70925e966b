/*
 * Names of manifests: an index I with a tag, its part M, and a referrer S whose subject is M. One repository. Each manifest
 * has a blob edge of its own, which is in promise.pml; here it is enough that the manifest is there.
 * README.md beside this file says what is modelled, how it is run, and what each mutation (-DWITHOUT_...) shows.
 */

#define L        2              /* ticks */
#define UNTAGGED 1              /* untagged.after, ticks */

/* What is left until kept_until + untagged.after. */
#define ABSENT   0              /* there is no such row */
#define OVER     1
#define IN(t)    (2 + (t) + UNTAGGED)
#define NAMED    15             /* null: a tag or a parent names it */
#define FULL     IN(L + L / 2)
#define TOO_SOON(end) ((end) < IN(L))

#define I 0                     /* the index */
#define M 1                     /* its part; it may have a tag, too */
#define S 2                     /* the referrer: its subject is M */
#define NOTHING 3

/* ---- What is committed. ---- */

byte kept[3];
bit tag[3];
bit edge;                       /* I has its edge to M: for as long as it is there */
byte pinned;                    /* a host reports that it runs this manifest, or NOTHING */
byte plan_of_tag;               /* a plan lists the tag of M */

#define NO_PLAN  0
#define AS_MADE  1
#define OUTDATED 2              /* the tag was pushed again, moved or restored since: planned_tags has another PushedAt */

/* ---- The promise that is watched. ---- */

byte watched;
byte promised;

inline say_yes(what) {
    if
    :: watched == what -> promised = 1 + L
    :: else -> skip
    fi
}

/* ---- The properties, 1 in every state. ---- */

bit promise_kept = 1;           /* what was answered with yes is there */
bit names_lead_somewhere = 1;   /* a tag or an edge never leads to a manifest that has gone */
bit pin_holds = 1;              /* what a host runs is there */
bit push_accepted = 1;          /* an index whose part is promised is accepted */
bit plan_is_exact = 1;          /* a plan takes no tag that was set since it was made, and none of what a host runs */
bit need_is_known = 1;          /* null if a name is there and only then, or it would never be dropped */

#define NAME(m) (tag[m] || (m == M && edge))
#define KNOWN(m) (kept[m] == ABSENT || ((kept[m] == NAMED) == NAME(m)))

inline check() {
    promise_kept = (promised == 0 || kept[watched] != ABSENT);
    assert(promise_kept);
    names_lead_somewhere = ((!tag[I] || kept[I] != ABSENT) && (!tag[M] || kept[M] != ABSENT) && (!tag[S] || kept[S] != ABSENT)
        && (!edge || (kept[I] != ABSENT && kept[M] != ABSENT)));
    assert(names_lead_somewhere);
    pin_holds = (pinned == NOTHING || kept[pinned] != ABSENT);
    assert(pin_holds);
    need_is_known = (KNOWN(I) && KNOWN(M) && KNOWN(S));
    assert(need_is_known)
}

/* Liveness.StartPromiseWhereUnreferenced */
inline lose_name(m) {
    if
#ifdef WITHOUT_OTHER_NAMES
    :: kept[m] == NAMED ->
#else
    :: kept[m] == NAMED && !NAME(m) ->
#endif
#ifdef WITHOUT_PROMISE_AT_NAME_LOSS
        kept[m] = IN(0)
#else
        kept[m] = FULL
#endif
    :: else -> skip
    fi
}

/* Liveness.Drop */
inline drop(m) {
    kept[m] = ABSENT;
    if
    :: m == I && edge ->
        edge = 0;
        lose_name(M)
    :: else -> skip
    fi
}

/* TagMoves.Set: also a tag that points there already has a new PushedAt. */
inline set_tag(m) {
    tag[m] = 1;
    if
    :: m == M && plan_of_tag == AS_MADE -> plan_of_tag = OUTDATED
    :: else -> skip
    fi
}

/* ---- Clients. ---- */

/* ManifestPush */
inline put(m, tagged) {
    push_accepted = (m != I || kept[M] != ABSENT || promised == 0 || watched != M);
    assert(push_accepted);
    if
#ifndef WITHOUT_PART_CHECK
    :: m == I && kept[M] == ABSENT -> skip /* refused */
#endif
    :: else ->
        if
        :: tagged -> set_tag(m); kept[m] = NAMED
        :: !tagged && kept[m] != NAMED -> kept[m] = FULL
        :: else -> skip
        fi;
        if
        :: m == I ->
            edge = 1;
#ifndef WITHOUT_PART_NAMED
            if
            :: kept[M] != ABSENT -> kept[M] = NAMED
            :: else -> skip
            fi
#endif
        :: else -> skip
        fi;
        say_yes(m)
    fi;
    check()
}

/* TagRestore: the manifest is there, or it is refused. */
inline restore(m) {
    if
#ifndef WITHOUT_RESTORE_LOOK
    :: kept[m] == ABSENT -> skip
#endif
    :: else ->
        set_tag(m);
#ifndef WITHOUT_RESTORE_NAMED
        if
        :: kept[m] != ABSENT -> kept[m] = NAMED
        :: else -> skip
        fi;
#endif
        say_yes(m)
    fi;
    check()
}

/* ManifestContent.DeleteTagAsync, or a policy */
inline delete_tag(m) {
    tag[m] = 0;
    lose_name(m);
    check()
}

/* ManifestContent.DeleteAsync: refused while an index names it. A pinned one is not deleted either. */
#ifdef WITHOUT_PIN_REFUSAL
#define PIN_REFUSES(m) 0
#else
#define PIN_REFUSES(m) (pinned == m)
#endif

inline delete(m) {
    tag[m] = 0;
    drop(m);
    if
    :: watched == m -> promised = 0
    :: else -> skip
    fi;
    check()
}

proctype Requests() {
    do
    :: d_step { put(I, 0) }
    :: d_step { put(I, 1) }
    :: d_step { put(M, 0) }
    :: d_step { put(M, 1) }
    :: d_step { put(S, 0) }
    :: d_step { put(S, 1) }
    :: d_step { restore(M) }
    :: d_step { restore(S) }
    :: d_step { tag[I] -> delete_tag(I) }
    :: d_step { tag[M] -> delete_tag(M) }
    :: d_step { tag[S] -> delete_tag(S) }
    :: d_step { kept[I] != ABSENT && !PIN_REFUSES(I) -> delete(I) }
    :: d_step { kept[M] != ABSENT && !PIN_REFUSES(M) && !edge -> delete(M) }
    :: d_step { kept[S] != ABSENT && !PIN_REFUSES(S) -> delete(S) }
    :: d_step { pinned == NOTHING && kept[I] != ABSENT -> pinned = I; check() }
    :: d_step { pinned == NOTHING && kept[M] != ABSENT -> pinned = M; check() }
    :: d_step { pinned == NOTHING && kept[S] != ABSENT -> pinned = S; check() }
    :: d_step { pinned != NOTHING -> pinned = NOTHING; check() }
    od
}

/* ---- Plans: made, and applied some time later. ---- */

/* PlannedRemoval: what was checked before the change is looked at again in it. */
inline apply() {
    if
#ifdef WITHOUT_PLAN_RECHECK
    :: tag[M] && pinned != M ->
#else
#ifdef WITHOUT_PLAN_PIN_CONDITION
    :: tag[M] && plan_of_tag == AS_MADE ->
#else
    :: tag[M] && plan_of_tag == AS_MADE && pinned != M ->
#endif
#endif
        plan_is_exact = (plan_of_tag == AS_MADE && pinned != M);
        assert(plan_is_exact);
        tag[M] = 0;
        lose_name(M)
    :: else -> skip
    fi;
    plan_of_tag = NO_PLAN;
    check()
}

proctype Retention() {
    do
    :: d_step { plan_of_tag == NO_PLAN && tag[M] && pinned != M -> plan_of_tag = AS_MADE }
    :: d_step { plan_of_tag != NO_PLAN -> apply() }
    od
}

/* ManifestContent.PullAsync and Promises.KeepManifestAsync */
inline look_up(m) {
    if
#ifndef WITHOUT_RENEWAL
    :: TOO_SOON(kept[m]) -> due = m
#endif
    :: else -> say_yes(m); check()
    fi
}

inline renew() {
    if
    :: kept[due] == ABSENT ->
#ifdef WITHOUT_SECOND_LOOK
        say_yes(due)
#else
        skip
#endif
    :: kept[due] == NAMED -> say_yes(due)
    :: else -> kept[due] = FULL; say_yes(due)
    fi;
    due = NOTHING;
    check()
}

proctype Pull() {
    byte due = NOTHING;
    do
    :: d_step { due == NOTHING && kept[I] != ABSENT -> look_up(I) }
    :: d_step { due == NOTHING && kept[M] != ABSENT -> look_up(M) }
    :: d_step { due == NOTHING && kept[S] != ABSENT -> look_up(S) }
    :: d_step { due != NOTHING -> renew() }
    :: d_step { due != NOTHING -> due = NOTHING }
    od
}

/* ---- The sweep: what was read outside is looked at again in the change. ---- */

#define HAS_SUBJECT(m) (m == S && kept[M] != ABSENT)

inline sweep(m) {
    if
#ifdef WITHOUT_ROW_CONDITION
    :: kept[m] != ABSENT && !NAME(m) && pinned != m && !HAS_SUBJECT(m) -> drop(m)
#else
#ifdef WITHOUT_NAME_CONDITION
    :: kept[m] == OVER && pinned != m && !HAS_SUBJECT(m) -> drop(m)
#else
#ifdef WITHOUT_PIN_CONDITION
    :: kept[m] == OVER && !NAME(m) && !HAS_SUBJECT(m) -> drop(m)
#else
    :: kept[m] == OVER && !NAME(m) && pinned != m && !HAS_SUBJECT(m) -> drop(m)
#endif
#endif
#endif
    :: else -> skip
    fi;
    plan = NOTHING;
    check()
}

proctype Sweep() {
    byte plan = NOTHING;
    do
    :: d_step { plan == NOTHING && kept[I] == OVER && pinned != I -> plan = I }
    :: d_step { plan == NOTHING && kept[M] == OVER && pinned != M -> plan = M }
    :: d_step { plan == NOTHING && kept[S] == OVER && pinned != S && !HAS_SUBJECT(S) -> plan = S }
    :: d_step { plan == I -> sweep(I) }
    :: d_step { plan == M -> sweep(M) }
    :: d_step { plan == S -> sweep(S) }
    :: d_step { plan != NOTHING -> plan = NOTHING }
    od
}

/* ---- The clock. ---- */

inline pass(left, last) {
    if
    :: left > last && left != NAMED -> left = left - 1
    :: else -> skip
    fi
}

proctype Clock() {
    do
    :: d_step {
        pass(kept[I], OVER);
        pass(kept[M], OVER);
        pass(kept[S], OVER);
        pass(promised, 0);
        check() }
    od
}

init {
    atomic {
        pinned = NOTHING;
        if
        :: watched = I
        :: watched = M
        :: watched = S
        fi;
        run Requests();
        run Pull();
        run Retention();
        run Sweep();
        run Sweep();
        run Clock()
    }
}
