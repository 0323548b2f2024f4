package store

// failpoint is called inside transactions, just before they commit, with the
// name of the place. It does nothing; tests replace it to die there.
var failpoint = func(place string) {}
