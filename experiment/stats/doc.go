// Package stats says what a sweep found and how sure one can be of it.
//
// Seeds are replicates: a configuration is judged by the mean over its seeds,
// never by a lucky one. [Leaderboard] ranks configurations that way and
// everything else starts from its standings:
//
//   - [Compare] holds the leader against each other configuration, seed by
//     seed (paired t-test) and, for the final models, name by name (McNemar's
//     test), and [Verdict] puts the outcome in words.
//   - [Importance] says which settings mattered (functional ANOVA).
//   - [NewConfusion], [NewCalibration] and [Pareto] describe one model's
//     mistakes, its confidence, and what quality costs in time.
//
// The functions are pure and their results depend on no order of the input
// but where they say so. A number that cannot be known, such as the spread of
// a single seed, is NaN.
package stats
