package stats

import (
	"fmt"
	"math"
	"strings"

	"sweep/experiment"
)

const namedInVerdict = 3 // configurations that a verdict names before it counts

// Verdict says in words which configuration leads, which cannot be told from
// it, and how many more seeds would help. The first sentence stands alone.
func Verdict(standings []Standing, comparisons []Comparison, objective experiment.Objective) string {
	varying := Varying(standings)
	ranked := Ranked(standings)
	var sentences []string
	switch {
	case len(standings) == 0:
		return "No run is recorded yet."
	case len(ranked) == 0:
		sentences = append(sentences, "There is no winner: no run is done.")
	case len(ranked) == 1:
		sentences = append(sentences, onlyOne(ranked[0], varying, objective))
	default:
		sentences = append(sentences, leads(ranked[0], varying, objective))
		sentences = append(sentences, weigh(comparisons, varying)...)
	}
	if len(ranked) > 0 && ranked[0].Flawed() {
		sentences = append(sentences, "Of every configuration a seed diverged or failed, the leader's too.")
	}
	return strings.Join(append(sentences, unranked(standings)...), " ")
}

func onlyOne(s Standing, varying []string, objective experiment.Objective) string {
	name := "The only configuration"
	if len(varying) > 0 {
		name = "Only " + Label(s, varying)
	}
	return fmt.Sprintf("%s has finished, with %s; there is nothing to compare it with.", name, reached(s, objective))
}

func leads(s Standing, varying []string, objective experiment.Objective) string {
	return fmt.Sprintf("%s leads with %s.", Label(s, varying), reached(s, objective))
}

func reached(s Standing, objective experiment.Objective) string {
	figure := fmt.Sprintf("%s %s", objective.Metric, Figure(objective.Metric, s.Mean))
	if math.IsNaN(s.Low) {
		return figure + " on one seed"
	}
	return fmt.Sprintf("%s (95%% interval %s to %s over %d seeds)",
		figure, Figure(objective.Metric, s.Low), Figure(objective.Metric, s.High), s.Done)
}

// weigh sorts the others into those the leader beats, those that may be as
// good, and those on which the seeds give no answer.
func weigh(comparisons []Comparison, varying []string) []string {
	var beaten int
	var tied, mute []Comparison
	for _, c := range comparisons {
		switch {
		case math.IsNaN(c.P):
			mute = append(mute, c)
		case c.Apart():
			beaten++
		default:
			tied = append(tied, c)
		}
	}
	var sentences []string
	if beaten == len(comparisons) {
		return append(sentences, fmt.Sprintf("It is really better than %s.", others(beaten)))
	}
	if beaten > 0 {
		sentences = append(sentences, fmt.Sprintf("It is really better than %d of the %s.", beaten, others(len(comparisons))))
	}
	if len(tied) > 0 {
		sentences = append(sentences, undecided(tied, varying))
	}
	if len(mute) > 0 {
		sentences = append(sentences, silent(mute, varying))
	}
	return sentences
}

func others(n int) string {
	if n == 1 {
		return "the other configuration"
	}
	return fmt.Sprintf("%d others", n)
}

// undecided names the configurations that the seeds cannot tell from the
// leader, the most promising first, and what it would take.
func undecided(tied []Comparison, varying []string) string {
	sentence := fmt.Sprintf("%s cannot be told from it with %s", names(tied, varying), count(tied[0].Seeds, "seed"))
	more, ok := tied[0].MoreSeeds()
	subject := ""
	if len(tied) > 1 {
		subject = " for " + Label(tied[0].Other, varying)
	}
	switch {
	case tied[0].Mean == 0:
		sentence += "; they did equally well"
		if subject != "" {
			sentence += " in the case of " + Label(tied[0].Other, varying)
		}
	case ok:
		sentence += fmt.Sprintf("; about %d more %s would%s", more, plural(more, "seed"), subject)
	default:
		sentence += fmt.Sprintf("; not even %d more would%s", mostSeeds, subject)
	}
	return sentence + "."
}

func silent(mute []Comparison, varying []string) string {
	name := names(mute, varying)
	switch {
	case mute[0].Seeds == 0:
		return fmt.Sprintf("It shares no finished seed with %s, so the two cannot be compared.", name)
	case mute[0].Seeds == 1:
		return fmt.Sprintf("Whether it is better than %s or lucky, one seed cannot say; train three at least.", name)
	}
	return fmt.Sprintf("It differs from %s by the same amount on each of %d seeds, which leaves no spread to test against; "+
		"train more seeds.", name, mute[0].Seeds)
}

func names(comparisons []Comparison, varying []string) string {
	var labels []string
	for _, c := range comparisons[:min(namedInVerdict, len(comparisons))] {
		labels = append(labels, Label(c.Other, varying))
	}
	if rest := len(comparisons) - len(labels); rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(labels, ", "), rest)
	}
	if last := len(labels) - 1; last > 0 {
		return strings.Join(labels[:last], ", ") + " and " + labels[last]
	}
	return labels[0]
}

func unranked(standings []Standing) []string {
	var diverged, failed, pruned, unfinished, runs int
	for _, s := range standings {
		runs += len(s.Records)
		diverged += s.Diverged
		failed += s.Failed
		pruned += s.Pruned
		unfinished += s.Unfinished
	}
	var sentences []string
	if diverged > 0 {
		sentences = append(sentences, fmt.Sprintf("%s diverged.", count(diverged, "run")))
	}
	if failed > 0 {
		sentences = append(sentences, fmt.Sprintf("%s failed.", count(failed, "run")))
	}
	if pruned > 0 {
		sentences = append(sentences, fmt.Sprintf("%s stopped early as unpromising.", count(pruned, "run")))
	}
	if unfinished > 0 {
		sentences = append(sentences, fmt.Sprintf("The sweep is not finished: %d of %s still to come.", unfinished, count(runs, "run")))
	}
	return sentences
}

func count(n int, noun string) string { return fmt.Sprintf("%d %s", n, plural(n, noun)) }

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
