// Package experiment is the domain: what a sweep is, which runs it asks for,
// and how they are carried out. It knows no SQL, no neural network and no
// plots; those rooms know it.
//
// The words, in the order a sweep meets them:
//
//   - A [Sweep] is a named definition: a base configuration, the axes that
//     vary, how many seeds, what to optimise.
//   - [Sweep.Plan] checks it and turns it into a [Plan], which no longer
//     depends on the type of the configuration.
//   - A [Strategy] reads what the ledger holds so far and proposes the next
//     round of runs. It keeps no state, so resuming is asking again.
//   - An [Engine] executes a round. [Pool] is the one for this machine.
//   - A [Trainer] trains one [Run] and reports its points and snapshots.
//   - A [Ledger] records all of it, each run exactly once.
//
// [Execute] ties them together: ask for a round, execute it, until there is
// none.
package experiment
