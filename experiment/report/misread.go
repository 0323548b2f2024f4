package report

import (
	"cmp"
	"fmt"
	"slices"
)

// confusionTable is the confusion matrix of the best model with the names
// behind each mistake.
type confusionTable struct {
	Classes []string
	Rows    []confusionRow
	Misread []misread // the most frequent mistake first
	Wrong   int
}

type confusionRow struct {
	Class string
	Cells []confusionCell
}

// confusionCell is a count; Names is the anchor of the names behind it, "" on
// the diagonal and where there are none.
type confusionCell struct {
	Count   int
	Percent string // of the row
	Shade   int    // 0 to 9, of the row's share
	Names   string
	Hit     bool
}

// misread is one kind of mistake: names of one class taken for another.
type misread struct {
	Anchor, Is, Guessed string
	Names               []string
}

const shades = 10

// confusionTable is nil when there is no best model with predictions.
func (f *findings) confusionTable() *confusionTable {
	if !f.hasModel {
		return nil
	}
	t := &confusionTable{Classes: f.confusion.Classes}
	for is, counts := range f.confusion.Counts {
		row := confusionRow{Class: t.Classes[is]}
		shares := rowShares(counts)
		for guessed, count := range counts {
			cell := confusionCell{Count: count, Percent: fmt.Sprintf("%.0f", shares[guessed]), Hit: is == guessed}
			cell.Shade = min(shades-1, int(shares[guessed]/100*shades))
			if count > 0 && shares[guessed] > 0 {
				cell.Shade = max(1, cell.Shade)
			}
			if count > 0 && is != guessed {
				m := f.misread(is, guessed)
				cell.Names = m.Anchor
				t.Misread = append(t.Misread, m)
				t.Wrong += count
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	slices.SortStableFunc(t.Misread, func(a, b misread) int { return cmp.Compare(len(b.Names), len(a.Names)) })
	return t
}

func (f *findings) misread(is, guessed int) misread {
	m := misread{Anchor: fmt.Sprintf("misread-%d-%d", is, guessed), Is: f.confusion.Classes[is], Guessed: f.confusion.Classes[guessed]}
	for _, i := range f.confusion.Names[is][guessed] {
		m.Names = append(m.Names, f.Sweep.Dataset.Test[i].Name)
	}
	slices.Sort(m.Names)
	return m
}
