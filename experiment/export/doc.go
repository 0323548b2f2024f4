// Package export writes what a sweep left in the formats of other tools.
//
// [Runs] and [Points] lay records and curves out as a [Table]: named, typed
// columns and a sequence of rows. [CSV], [JSON] and [Parquet] each write any
// table. Settings become columns of their own, typed by the values they have.
//
// [TensorBoard] lays the same records and curves out as a log directory, with
// the curves as scalars and the settings for its HParams page.
//
// What was not measured, and what is not a finite number, is null: an empty
// field in CSV. The output depends on the input alone: no clock, no host, no
// order of a map goes into it.
package export
