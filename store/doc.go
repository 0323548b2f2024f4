// Package store keeps the ledger of sweeps in one SQLite file, results.db.
//
// [Open] gives a [DB], which is an [experiment.Ledger] for whoever trains and a
// set of readers for whoever looks. [OpenReadOnly] gives the readers alone.
//
// How it keeps its promises:
//
//   - One goroutine writes. What trainers report is queued and committed in
//     batches, a few dozen milliseconds at a time, so that a commit costs
//     hundreds of rows and not one. A process killed at any instant loses
//     what was queued and nothing that was committed.
//   - Readers have connections of their own that cannot write. In WAL mode they
//     neither wait for the writer nor make it wait.
//   - A run moves waiting → running → done, diverged, pruned or failed, and a
//     finished run never changes. Triggers in the file hold this, so it holds
//     also for a person with sqlite3 open.
//   - One process trains a sweep at a time. It holds a lock file beside the
//     ledger, which the kernel frees the moment the process dies.
//   - The first write that fails stops the writer: every later call returns
//     that error, one sentence that says what happened and what to do. What was
//     committed stays, and the same command goes on from there.
//
// The schema is in migrations/, its version in PRAGMA user_version. A file
// newer than the program is refused; an older one is brought up to date, each
// step in one transaction.
//
// A commit survives the death of the process. With WAL and synchronous=NORMAL
// the loss of power may take the last commits with it, never the file:
// https://www.sqlite.org/wal.html#performance_considerations.
package store
