/*
 * The promise of the registry against its sweep: one digest, two repositories, and in repository 0 a manifest with a tag.
 * README.md beside this file says what is modelled, how it is run, and what each mutation (-DWITHOUT_...) shows.
 *
 * Each d_step is one transaction, one read of a snapshot, or one call of the blob store; anything may happen between two
 * of them. A process is a loop of such steps, each with the condition under which it may come next. Nothing is bounded but
 * what is under way at one time: clients, sweeps and the clock run for ever.
 */

/* Scenes: everything in every number is too many states for a test. */
#ifdef SCENE_INDEX
/* Links, mounts, the manifest, two sweeps. An upload, and the delete of an object, are one step each. */
#define READERS   1
#define SWEEPERS  2
#define MANIFESTS
#define AT_ONCE
#endif
#ifdef SCENE_OBJECTS
/* Two uploads and two deletes, step by step. One repository, no manifest. */
#define PUSHERS   2
#define READERS   2
#define SWEEPERS  1
#define DELETERS  2
#endif
#ifdef SCENE_WHOLE
/* All of it, one of each. */
#define PUSHERS   1
#define READERS   1
#define SWEEPERS  1
#define DELETERS  1
#define MANIFESTS
#endif

#define KEYS     3

/* ---- Time. The index has points in time; here each is what is left until it, so that the clock needs no number. ---- */

#define L        2              /* ticks */
#define PATIENCE 1              /* ticks between a look-up and the opening of what it found, at most */
#ifdef WITHOUT_DRAIN
#define DRAIN    0
#else
#define DRAIN    PATIENCE
#endif

/* kept_until, of a link and of a manifest. untagged.after is 0, the sharpest case. */
#define ABSENT   0              /* there is no such row */
#define OVER     1              /* kept_until < now */
#define IN(t)    (2 + (t))      /* kept_until = now + t */
#define NEEDED   15             /* null: a manifest needs the link, a tag names the manifest */
#define FULL     IN(L + L / 2)  /* Deadlines.PromiseFromNow */
#define TOO_SOON(end) ((end) < IN(L)) /* Deadlines.IsTooSoon */

/* ---- What is committed: it survives every crash. ---- */

byte link[2];                   /* of each repository to the blob: kept_until */
byte manifest;                  /* of repository 0, with an edge to the blob: kept_until */
bit tag;                        /* names the manifest */
byte row;                       /* the blob row's storage key, or 0. A new row has a new key, so this is its id as well */
bit session[KEYS + 1];          /* an upload session has this key */
byte condemned[KEYS + 1];       /* 0: not; 1: delete_after is over; 2: it is one tick ahead */
bit object[KEYS + 1];           /* the blob store has bytes under this key */
byte late;                      /* a key whose delete is still on its way, though who sent it has gone */

/* ---- What is in memory: who dies loses it. ---- */

byte pushing[2];                /* the key of the session that this request has taken, or 0 */
byte reading[2];                /* the key that was looked up, or 0 */
byte due[2];                    /* 1 + the repository whose link must be renewed before the yes */
byte patience[2];               /* ticks left to open it */
#ifdef WITHOUT_END_IN_CHANGE
byte end[2];                    /* the end of the renewed promise, reckoned too early */
#endif
byte deleting[2];               /* the condemned key that was read, or 0 */

/* ---- The promise that is watched. The registry cannot know which one it is. ---- */

#define OF_MANIFEST 2           /* else of the blob in this repository */
byte watched;                   /* chosen at the start */
byte promised;                  /* 0: not, or it is over; 1: until the end of this tick; ... */

inline say_yes(what) {
    if
    :: watched == what -> promised = 1 + L
    :: else -> skip
    fi
}

inline delete_by_client(what) {
    if
    :: watched == what -> promised = 0
    :: else -> skip
    fi
}

/* ---- The properties, 1 in every state. Their names are what the checker prints. ---- */

bit promise_kept = 1;          /* what was answered with yes is readable */
bit manifest_whole = 1;        /* an acknowledged manifest has its blob and the object, a tag its manifest */
bit name_has_bytes = 1;        /* a blob row has its object */
bit bytes_have_a_name = 1;     /* or they would never be deleted */
bit push_accepted = 1;         /* a manifest push that names promised content succeeds */
bit delete_hits_nothing = 1;   /* a delete, also a late or repeated one, never hits what is or may become a blob */
bit reader_finds_bytes = 1;    /* what was looked up can be opened */

#define READABLE(r) (link[r] != ABSENT && row != 0 && object[row])
#define NAMED(k)    (!object[k] || row == k || session[k] || condemned[k] != 0)

inline check() {
    promise_kept = (promised == 0 || (watched == OF_MANIFEST && manifest != ABSENT) || (watched != OF_MANIFEST && READABLE(watched)));
    assert(promise_kept);
    manifest_whole = ((manifest == ABSENT || READABLE(0)) && (!tag || manifest != ABSENT));
    assert(manifest_whole);
    name_has_bytes = (row == 0 || object[row]);
    assert(name_has_bytes);
    bytes_have_a_name = (NAMED(1) && NAMED(2) && NAMED(3));
    assert(bytes_have_a_name)
}

inline delete_object(key) {
    delete_hits_nothing = (row != key && !session[key]);
    assert(delete_hits_nothing);
    object[key] = 0
}

/* ---- Parts of transactions. ---- */

/* Links.Keep */
inline keep_link(r) {
    if
#ifndef WITHOUT_NEED_KEPT
    :: link[r] == NEEDED -> skip
#endif
    :: else -> link[r] = FULL
    fi
}

/* Liveness.Drop: the edge goes, and with it the need for the link. */
inline drop_manifest() {
    manifest = ABSENT;
#ifdef WITHOUT_PROMISE_AT_DROP
    link[0] = IN(0)
#else
    link[0] = FULL
#endif
}

/* CondemnedObjects.Add: the name goes, and its key is remembered. */
inline condemn_row() {
    condemned[row] = 1 + DRAIN;
    row = 0
}

#define LINKED    (link[0] != ABSENT || link[1] != ABSENT)
/* The foreign key edge -> link, or a look at the edges: a manifest needs this link. */
#define HAS_EDGE(r) (r == 0 && manifest != ABSENT)

/* ---- Clients that push: UploadSessions, UploadSealing. ---- */

#ifdef WITHOUT_TAKING
#define TAKEN(k)  0
#else
#define TAKEN(k)  (pushing[0] == k || pushing[1] == k)
#endif

/* A storage key that nobody has ever used. Here: that nobody knows any more, which is the same, and needs few of them. */
#define FREE(k)   (row != k && !session[k] && condemned[k] == 0 && !object[k] && pushing[0] != k && pushing[1] != k)
#ifdef WITHOUT_FRESH_KEYS
#define FRESH(k)  FREE(k)
#else
#define FRESH(k)  (FREE(k) && late != k && deleting[0] != k && deleting[1] != k && reading[0] != k && reading[1] != k)
#endif

inline begin(key) {
    session[key] = 1;
    pushing[me] = key;
    check()
}

inline seal(r) {
    if
#ifndef WITHOUT_SESSION_CHECK
    :: !session[pushing[me]] -> skip /* it has ended meanwhile: no */
#endif
    :: else ->
        session[pushing[me]] = 0;
        if
        :: row == 0 -> row = pushing[me]
        :: else -> condemned[pushing[me]] = 1 /* the digest is there already; nobody has read these bytes */
        fi;
        keep_link(r);
        say_yes(r)
    fi;
    pushing[me] = 0;
    written = 0;
    check()
}

/* All of it at once. */
inline push(key, r) {
    object[key] = 1;
    if
    :: row == 0 -> row = key
    :: else -> condemned[key] = 1
    fi;
    keep_link(r);
    say_yes(r);
    check()
}

proctype PushAtOnce() {
    do
    :: d_step { FRESH(1) -> push(1, 0) }
    :: d_step { FRESH(1) -> push(1, 1) }
    :: d_step { !FRESH(1) && FRESH(2) -> push(2, 0) }
    :: d_step { !FRESH(1) && FRESH(2) -> push(2, 1) }
    :: d_step { !FRESH(1) && !FRESH(2) && FRESH(3) -> push(3, 0) }
    :: d_step { !FRESH(1) && !FRESH(2) && FRESH(3) -> push(3, 1) }
    od
}

proctype Push(byte me) {
    bit written;
    do
    :: d_step { pushing[me] == 0 && FRESH(1) -> begin(1) }
    :: d_step { pushing[me] == 0 && !FRESH(1) && FRESH(2) -> begin(2) }
    :: d_step { pushing[me] == 0 && !FRESH(1) && !FRESH(2) && FRESH(3) -> begin(3) }
    /* A session goes on: the next request of its client, or the first one after a crash. */
    :: d_step { pushing[me] == 0 && session[1] && !TAKEN(1) -> pushing[me] = 1 }
    :: d_step { pushing[me] == 0 && session[2] && !TAKEN(2) -> pushing[me] = 2 }
    :: d_step { pushing[me] == 0 && session[3] && !TAKEN(3) -> pushing[me] = 3 }
    :: d_step { pushing[me] != 0 && !written -> object[pushing[me]] = 1; written = 1; check() }
    :: d_step { written -> seal(0) }
#ifdef MANIFESTS
    :: d_step { written -> seal(1) }
#endif
    /* The client hangs up, or the registry dies. */
    :: d_step { pushing[me] != 0 -> pushing[me] = 0; written = 0 }
    od
}

/* ---- Clients that pull: HEAD and GET. ---- */

inline answer_yes(r) {
    say_yes(r);
    due[me] = 0;
    patience[me] = PATIENCE;
    check()
}

inline forget() {
    reading[me] = 0;
    due[me] = 0;
    patience[me] = 0
#ifdef WITHOUT_END_IN_CHANGE
    ;
    end[me] = 0
#endif
}

/* BlobContent.FindAsync: a read of a snapshot. */
inline look_up(r) {
    reading[me] = row;
#ifdef WITHOUT_END_IN_CHANGE
    end[me] = FULL;
#endif
    if
#ifndef WITHOUT_RENEWAL
    :: TOO_SOON(link[r]) -> due[me] = 1 + r
#endif
    :: else -> answer_yes(r)
    fi
}

/* Promises.KeepLinkAsync: a change, and a second look inside it. */
inline renew(r) {
    if
#ifdef WITHOUT_SECOND_LOOK
    :: link[r] == ABSENT -> answer_yes(r)
#endif
#ifdef WITHOUT_ROW_IDS
    :: link[r] != ABSENT -> keep_link(r); answer_yes(r)
#endif
#ifdef WITHOUT_END_IN_CHANGE
    :: link[r] != ABSENT && row == reading[me] && link[r] >= end[me] -> answer_yes(r)
    :: link[r] != ABSENT && row == reading[me] && link[r] < end[me] -> link[r] = end[me]; answer_yes(r)
#endif
    :: link[r] != ABSENT && row == reading[me] -> keep_link(r); answer_yes(r)
    :: else -> forget() /* it has gone meanwhile: no */
    fi
}

/* BlobContent.OpenAsync */
inline open() {
    reader_finds_bytes = object[reading[me]];
    assert(reader_finds_bytes);
    forget()
}

proctype ReadBlob(byte me) {
    do
    :: d_step { reading[me] == 0 && link[0] != ABSENT -> look_up(0) }
    :: d_step { reading[me] == 0 && link[1] != ABSENT -> look_up(1) }
    :: d_step { due[me] == 1 -> renew(0) }
    :: d_step { due[me] == 2 -> renew(1) }
    :: d_step { patience[me] > 0 -> open() }
    /* It was a HEAD, the client hangs up, or the registry dies. */
    :: d_step { reading[me] != 0 -> forget() }
    od
}

/* ManifestContent.PullAsync. The row has the bytes, so there is nothing to open. */
proctype ReadManifest() {
    bit renewing;
    do
    :: d_step { manifest != ABSENT && !TOO_SOON(manifest) -> say_yes(OF_MANIFEST); check() }
    :: d_step { manifest != ABSENT && TOO_SOON(manifest) && !renewing -> renewing = 1 }
    :: d_step { renewing ->
        if
        :: manifest == ABSENT -> skip
        :: else ->
            if
            :: manifest != NEEDED -> manifest = FULL
            :: else -> skip
            fi;
            say_yes(OF_MANIFEST)
        fi;
        renewing = 0;
        check() }
    :: d_step { renewing -> renewing = 0 }
    od
}

/* ---- Clients whose request is one transaction. ---- */

/* BlobContent.MountAsync */
inline mount(from, r) {
    if
#ifdef WITHOUT_MOUNT_CHECK
    :: 1 ->
#else
#ifdef WITHOUT_MOUNT_SOURCE
    :: row != 0 ->
#else
    :: row != 0 && link[from] != ABSENT ->
#endif
#endif
#ifdef WITHOUT_MOUNT_RENEWAL
        if
        :: link[r] == ABSENT -> keep_link(r)
        :: else -> skip
        fi;
#else
        keep_link(r);
#endif
        say_yes(r)
    :: else -> skip
    fi;
    check()
}

/* ManifestPush */
inline put_manifest(tagged) {
#ifdef WITHOUT_EDGE_CHECK
    push_accepted = 1;
    if
    :: 1 ->
#else
    push_accepted = (link[0] != ABSENT && row != 0) || promised == 0 || watched != 0;
    assert(push_accepted);
    if
    :: link[0] != ABSENT && row != 0 ->
#endif
#ifndef WITHOUT_END_CLEARED
        if
        :: link[0] != ABSENT -> link[0] = NEEDED
        :: else -> skip
        fi;
#endif
        if
        :: tagged -> tag = 1; manifest = NEEDED
        :: !tagged && manifest != NEEDED -> manifest = FULL
        :: else -> skip
        fi;
        say_yes(OF_MANIFEST)
    :: else -> skip
    fi;
    check()
}

/* BlobContent.DeleteAsync, refused while a manifest needs the blob. The row stays, for the sweep. */
inline delete_blob(r) {
    link[r] = ABSENT;
    delete_by_client(r);
    check()
}

proctype Requests() {
    do
    :: d_step { link[0] != ABSENT && !HAS_EDGE(0) -> delete_blob(0) }
#ifdef MANIFESTS
    :: d_step { link[1] != ABSENT && !HAS_EDGE(1) -> delete_blob(1) }
    :: d_step { mount(0, 1) }
    :: d_step { mount(1, 0) }
    :: d_step { put_manifest(0) }
    :: d_step { put_manifest(1) }
    /* ManifestContent.DeleteTagAsync, or the tag moves, or a policy removes it: no promise ends. */
    :: d_step { tag -> tag = 0; manifest = FULL; check() }
    /* ManifestContent.DeleteAsync: it ends the promise of the manifest, not that of its blob. */
    :: d_step { manifest != ABSENT -> tag = 0; drop_manifest(); delete_by_client(OF_MANIFEST); check() }
#endif
    od
}

/* ---- The collector: what it has read outside it looks at again in its change. ---- */

#define NOTHING  0
#define LINK(r)  (1 + (r))
#define MANIFEST 3
#define ROW      4

inline sweep_link(r) {
    if
#ifdef WITHOUT_ROW_CONDITION
    :: link[r] != ABSENT && !HAS_EDGE(r) ->
#else
#ifdef WITHOUT_EDGE_CONDITION
    :: link[r] == OVER ->
#else
    :: link[r] == OVER && !HAS_EDGE(r) ->
#endif
#endif
        link[r] = ABSENT;
        if
        :: !LINKED && row != 0 -> condemn_row()
        :: else -> skip
        fi
    :: else -> skip
    fi;
    plan = NOTHING;
    check()
}

inline sweep_manifest() {
    if
#ifdef WITHOUT_MANIFEST_CONDITION
    :: manifest != ABSENT && !tag -> drop_manifest()
#else
#ifdef WITHOUT_TAG_CONDITION
    :: manifest == OVER -> drop_manifest()
#else
    :: manifest == OVER && !tag -> drop_manifest()
#endif
#endif
    :: else -> skip
    fi;
    plan = NOTHING;
    check()
}

/* A delete by a client leaves a blob row that no link leads to. */
inline sweep_row() {
    if
#ifdef WITHOUT_LINK_CONDITION
    :: row != 0 -> condemn_row()
#else
    :: row != 0 && !LINKED -> condemn_row()
#endif
    :: else -> skip
    fi;
    plan = NOTHING;
    check()
}

proctype Sweep(byte me) {
    byte plan;
#ifdef WITHOUT_ROW_BEFORE_OBJECT
    bit deleted;
#endif
    do
    :: d_step { plan == NOTHING && link[0] == OVER -> plan = LINK(0) }
    :: d_step { plan == NOTHING && link[1] == OVER -> plan = LINK(1) }
    :: d_step { plan == NOTHING && manifest == OVER -> plan = MANIFEST }
    :: d_step { plan == NOTHING && row != 0 && !LINKED -> plan = ROW }
    :: d_step { plan == LINK(0) -> sweep_link(0) }
    :: d_step { plan == LINK(1) -> sweep_link(1) }
    :: d_step { plan == MANIFEST -> sweep_manifest() }
#ifdef WITHOUT_ROW_BEFORE_OBJECT
    :: d_step { plan == ROW && !deleted && row != 0 && !LINKED -> object[row] = 0; deleted = 1 }
    :: d_step { plan == ROW && deleted -> deleted = 0; sweep_row() }
#else
    :: d_step { plan == ROW -> sweep_row() }
#endif
    /* The registry dies: what was read is forgotten. */
    :: d_step { plan != NOTHING -> plan = NOTHING }
    od
}

/* UploadSessions.ExpireAsync. Any session may be that old, but no request may be writing to it. */
inline expire(key) {
    session[key] = 0;
    condemned[key] = 1;
    check()
}

proctype ExpireUploads() {
    do
    :: d_step { session[1] && !TAKEN(1) -> expire(1) }
    :: d_step { session[2] && !TAKEN(2) -> expire(2) }
    :: d_step { session[3] && !TAKEN(3) -> expire(3) }
    od
}

/* CondemnedObjects.DeleteDueAsync: read, delete the object, then its row. Each may be the last thing that it does. */
inline read_due(key) {
    deleting[me] = key;
#ifdef WITHOUT_ROW_AFTER_OBJECT
    condemned[key] = 0;
    check()
#endif
}

proctype DeleteCondemned(byte me) {
    bit deleted;
    do
    :: d_step { deleting[me] == 0 && condemned[1] == 1 -> read_due(1) }
    :: d_step { deleting[me] == 0 && condemned[2] == 1 -> read_due(2) }
    :: d_step { deleting[me] == 0 && condemned[3] == 1 -> read_due(3) }
    :: d_step { deleting[me] != 0 && !deleted -> delete_object(deleting[me]); deleted = 1; check() }
    :: d_step { deleted -> condemned[deleting[me]] = 0; deleting[me] = 0; deleted = 0; check() }
    /* It dies while the delete is on its way. */
    :: d_step { deleting[me] != 0 && !deleted && late == 0 -> late = deleting[me]; deleting[me] = 0 }
    /* It dies, or the blob store refuses. */
    :: d_step { deleting[me] != 0 -> deleting[me] = 0; deleted = 0 }
    od
}

/*
 * Condemning.WhereUnnamed: what was listed may be anything by now, so the names are looked for in the change. Nothing is ever
 * without one here (bytes_have_a_name), so this step has nothing to do, and must do nothing else.
 */
inline reconcile(key) {
    condemned[key] = 1 + DRAIN;
    check()
}

#ifdef WITHOUT_NAMES_IN_CHANGE
#define NAMELESS(k) (object[k] && condemned[k] == 0)
#else
#define NAMELESS(k) (object[k] && row != k && !session[k] && condemned[k] == 0)
#endif

proctype Reconcile() {
    do
    :: d_step { NAMELESS(1) -> reconcile(1) }
    :: d_step { NAMELESS(2) -> reconcile(2) }
    :: d_step { NAMELESS(3) -> reconcile(3) }
    od
}

/* All of it at once. */
proctype DeleteAtOnce() {
    do
    :: d_step { condemned[1] == 1 -> delete_object(1); condemned[1] = 0; check() }
    :: d_step { condemned[2] == 1 -> delete_object(2); condemned[2] = 0; check() }
    :: d_step { condemned[3] == 1 -> delete_object(3); condemned[3] = 0; check() }
    od
}

/* A delete that comes when nobody waits for it any more. */
proctype LateDelete() {
    do
    :: d_step { late != 0 -> delete_object(late); late = 0; check() }
    od
}

/* ---- The clock. ---- */

inline pass(left, last) {
    if
    :: left > last && left != NEEDED -> left = left - 1
    :: else -> skip
    fi
}

/* Who has not opened by now has to look it up again. */
inline lose_patience(reader) {
    if
    :: patience[reader] > 0 ->
        patience[reader] = patience[reader] - 1;
        if
        :: patience[reader] == 0 -> reading[reader] = 0
        :: else -> skip
        fi
    :: else -> skip
    fi
}

proctype Clock() {
    do
    :: d_step {
        pass(link[0], OVER);
        pass(link[1], OVER);
        pass(manifest, OVER);
        pass(condemned[1], 1);
        pass(condemned[2], 1);
        pass(condemned[3], 1);
        pass(promised, 0);
#ifdef WITHOUT_END_IN_CHANGE
        pass(end[0], OVER);
        pass(end[1], OVER);
#endif
        lose_patience(0);
        lose_patience(1);
        check() }
    od
}

init {
    byte p;
    atomic {
        if
        :: watched = 0
#ifdef MANIFESTS
        :: watched = 1
        :: watched = OF_MANIFEST
#endif
        fi;
        do :: p < READERS -> run ReadBlob(p); p++ :: else -> break od;
        p = 0;
        do :: p < SWEEPERS -> run Sweep(p); p++ :: else -> break od;
        p = 0;
#ifdef AT_ONCE
        run PushAtOnce();
        run DeleteAtOnce();
#else
        do :: p < PUSHERS -> run Push(p); p++ :: else -> break od;
        p = 0;
        do :: p < DELETERS -> run DeleteCondemned(p); p++ :: else -> break od;
        p = 0;
        run ExpireUploads();
        run LateDelete();
#endif
#ifdef MANIFESTS
        run ReadManifest();
#endif
        run Requests();
        run Reconcile();
        run Clock()
    }
}
