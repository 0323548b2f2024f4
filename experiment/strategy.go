package experiment

// Strategy decides what to try next. It is a pure function of the ledger: given
// the runs recorded so far it returns the next round, or none. It keeps no
// state of its own, so that resuming is asking again; and since a round is
// complete before the next is asked for, timing cannot sway the answer.
type Strategy interface {
	// Next returns the round that follows history: every run that should
	// exist by its end. Runs that are finished already are not trained again.
	Next(plan *Plan, history []Record) ([]Proposal, error)
}

// Proposal is a run that a strategy asks for.
type Proposal struct {
	Configuration
	Seed int
}
