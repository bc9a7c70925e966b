/*
 * Who owns the bucket: heartbeats, the lease, a takeover by the next number of the journal, fencing. Two processes, each of which may be
 * stopped between any two of its steps for any time, or killed and started again.
 * README.md beside this file says what is modelled, how it is run, and what each mutation (-DWITHOUT_...) shows.
 */

#define LAST   6                /* numbers of the journal: as many claims, confirmations and pushes as there may be */
#define LEASE  2                /* ticks */
#ifdef WITHOUT_LONGER_PATIENCE
#define PATIENCE 1
#else
#define PATIENCE 3
#endif

#define P0 0
#define P1 1
#define NOBODY 2

/* ---- The bucket. ---- */

byte writer[LAST + 1] = NOBODY; /* journal/<number>: who has written it */
bit pushed[LAST + 1];           /* it is a push, not a claim */
bit pruned[LAST + 1];           /* it was deleted, since a snapshot has it */
byte head;                      /* the last number */
byte owner_is = NOBODY;         /* the object 'owner' */
byte owner_term;
bit news[2];                    /* it was written since this process has looked: no two of its texts are the same */
byte released;                  /* the number at its release; 0: not released */

/* ---- A process. What it holds in memory is lost when it is killed. ---- */

#define FOLLOWS 0
#define LOOKED  1               /* at the journal */
#define CLAIMS  2               /* it has decided to, and the claim is on its way */
#define SHOWS   3               /* it has the claim, and has to show it */
#define CONFIRMS 4              /* it has written 'owner', and needs a word from the journal */
#define ASKS    5               /* the journal, with an object that says nothing else */
#define OWNS    6
#define BEATS   7               /* it has looked at 'owner', and the heartbeat is on its way */
#define PUSHES  8               /* a push is on its way to the journal */
#define RELEASES 9              /* it answers nothing any more, and has to write that */
#define FENCED  10

byte phase[2];
byte number[2];                 /* of the journal's last object in its index */
byte term[2];                   /* its claim's number */
byte lease[2];                  /* ticks left */
byte asked[2];                  /* ticks left of a lease that the request on its way would give */
byte sign[2] = PATIENCE;        /* ticks until the owner counts as gone */
byte seen_number[2];

#define OTHER(p) (1 - (p))
#define HELD(p) (lease[p] > 0 && phase[p] >= OWNS && phase[p] != FENCED)

/* ---- The properties, 1 in every state. ---- */

bit one_answers = 1;            /* never may two answer */
bit push_survives = 1;          /* an acknowledged push is in the journal, before whatever came later */

inline check() {
    one_answers = !(HELD(P0) && HELD(P1));
    assert(one_answers)
}

inline fence(p) {
    phase[p] = FENCED;
    lease[p] = 0
}

/* PUT journal/<number + 1> with If-None-Match: it succeeds where there is no object of that name. */
#ifdef WITHOUT_CONDITION
#define FREE(n) 1
#else
#define FREE(n) (writer[n] == NOBODY || pruned[n])
#endif

inline append(p, is_push) {
    number[p]++;
    push_survives = (writer[number[p]] == NOBODY);
    assert(push_survives);
    writer[number[p]] = p;
    pushed[number[p]] = is_push;
    pruned[number[p]] = 0;
    if
    :: number[p] > head -> head = number[p]
    :: else -> skip
    fi
}

/* ---- A standby: first the journal, then 'owner', then the claim of the number after the one that it knows. ---- */

inline look_at_journal(p) {
    number[p] = head;
    if
#ifdef WITHOUT_JOURNAL_SIGN
    :: 0 -> skip
#else
    :: number[p] != seen_number[p] -> seen_number[p] = number[p]; sign[p] = PATIENCE
#endif
    :: else -> skip
    fi;
    phase[p] = LOOKED
}

inline look_at_owner(p) {
    phase[p] = FOLLOWS;
    if
    :: news[p] -> news[p] = 0; sign[p] = PATIENCE
    :: else ->
        if
        :: sign[p] == 0 -> phase[p] = CLAIMS
        :: else -> skip
        fi
    fi;
    if
    :: owner_is == NOBODY && number[p] == 0 -> phase[p] = CLAIMS
#ifdef WITHOUT_RELEASED_NUMBER
    :: released != 0 -> phase[p] = CLAIMS
#else
    :: released != 0 && released == number[p] -> phase[p] = CLAIMS
#endif
    :: else -> skip
    fi
}

inline claim(p) {
#ifdef WITHOUT_KNOWN_NUMBER
    number[p] = head;
#endif
    if
    :: FREE(number[p] + 1) -> append(p, 0); term[p] = number[p]; phase[p] = SHOWS
    :: else -> phase[p] = FOLLOWS
    fi;
    check()
}

/* ---- The owner. ---- */

inline write_owner(p) {
    owner_is = p;
    owner_term = term[p];
    news[OTHER(p)] = 1;
    released = 0
}

inline show_claim(p) {
    write_owner(p);
#ifdef WITHOUT_CONFIRMED_CLAIM
    phase[p] = OWNS;
    lease[p] = LEASE;
#else
    phase[p] = CONFIRMS;
#endif
    check()
}

inline confirm(p) {
    if
    :: FREE(number[p] + 1) -> append(p, 0); phase[p] = OWNS; lease[p] = asked[p]
    :: else -> fence(p)
    fi;
    check()
}

inline look_before_beat(p) {
    if
#ifndef WITHOUT_LOOK
    :: owner_is == OTHER(p) && owner_term > term[p] -> fence(p)
#endif
    :: else -> phase[p] = BEATS; asked[p] = LEASE
    fi
}

inline beat(p) {
    write_owner(p);
    if
#ifdef WITHOUT_HELD_AT_BEAT
    :: 1 -> lease[p] = asked[p]; phase[p] = OWNS
#else
    :: lease[p] > 0 -> lease[p] = asked[p]; phase[p] = OWNS
    :: else -> phase[p] = CONFIRMS
#endif
    fi;
    check()
}

inline push(p) {
    if
    :: FREE(number[p] + 1) -> append(p, 1); phase[p] = OWNS; lease[p] = asked[p]
    :: else -> fence(p)
    fi;
    check()
}

inline release(p) {
    owner_is = p;
    owner_term = term[p];
    news[OTHER(p)] = 1;
    released = number[p];
    phase[p] = FENCED
}

inline restart(p) {
    phase[p] = FOLLOWS;
    number[p] = 0;
    term[p] = 0;
    lease[p] = 0;
    asked[p] = 0;
    sign[p] = PATIENCE;
    news[p] = 1;
    seen_number[p] = 0
}

proctype Process(byte p) {
    do
    :: d_step { phase[p] == FOLLOWS -> look_at_journal(p) }
    :: d_step { phase[p] == LOOKED -> look_at_owner(p) }
    :: d_step { phase[p] == CLAIMS && number[p] < LAST -> claim(p) }
    :: d_step { phase[p] == SHOWS -> show_claim(p) }
    :: d_step { phase[p] == CONFIRMS && number[p] < LAST -> phase[p] = ASKS; asked[p] = LEASE }
    :: d_step { phase[p] == ASKS -> confirm(p) }
    :: d_step { phase[p] == OWNS -> look_before_beat(p) }
    :: d_step { phase[p] == BEATS -> beat(p) }
    :: d_step { phase[p] == OWNS && lease[p] > 0 && number[p] < LAST -> phase[p] = PUSHES; asked[p] = LEASE }
    :: d_step { phase[p] == PUSHES -> push(p) }
    /* It is stopped, in order, and may be paused just before it writes that. */
    :: d_step { phase[p] == OWNS && lease[p] > 0 -> lease[p] = 0; phase[p] = RELEASES }
    :: d_step { phase[p] == RELEASES -> release(p) }
    /* The store fails, and the look begins anew. */
    :: d_step { phase[p] == LOOKED || phase[p] == CLAIMS -> phase[p] = FOLLOWS }
    :: d_step { phase[p] != FOLLOWS -> restart(p) }
    od
}

/* Only the owner removes what a snapshot has, and only after it has shown itself. The claims stay. */
proctype Prune() {
    byte n;
    do
    :: d_step { n = 1;
        do
        :: n < head && !pruned[n] && (HELD(P0) || HELD(P1)) -> break
        :: n >= head -> n = 0; break
        :: else -> n++
        od;
        if
#ifdef WITHOUT_CLAIMS_KEPT
        :: n != 0 -> pruned[n] = 1
#else
        :: n != 0 && pushed[n] -> pruned[n] = 1
#endif
        :: else -> skip
        fi }
    od
}

inline pass(left) {
    if
    :: left > 0 -> left = left - 1
    :: else -> skip
    fi
}

proctype Clock() {
    do
    :: d_step { pass(lease[P0]); pass(lease[P1]); pass(asked[P0]); pass(asked[P1]); pass(sign[P0]); pass(sign[P1]); check() }
    od
}

init {
    atomic {
        run Process(P0);
        run Process(P1);
        run Prune();
        run Clock()
    }
}
