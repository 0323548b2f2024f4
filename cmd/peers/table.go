package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// write puts the table, every round and the plots into a folder.
func (r results) write(folder string) error {
	if err := os.WriteFile(filepath.Join(folder, "table.txt"), []byte(r.table()), 0o644); err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "results.json"), append(encoded, '\n'), 0o644); err != nil {
		return err
	}
	for _, g := range r.Growth {
		if err := g.draw(folder); err != nil {
			return err
		}
	}
	return nil
}

// table is everything as text.
func (r results) table() string {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "%s, %d cores, kernel %s, %s, %s\n", m.CPU, m.Cores, m.Kernel, m.Go, m.PyTorch)
	if m.BLAS != "" {
		fmt.Fprintf(&b, "PyTorch's BLAS is %s\n", m.BLAS)
	}
	if m.Caution != "" {
		fmt.Fprintf(&b, "CAUTION: %s\n", m.Caution)
	}
	fmt.Fprintf(&b, "load average %s before, %s after; %s\n", m.LoadBefore, m.LoadAfter, m.Trained)
	fmt.Fprintf(&b, "%d rounds of %g s, ours and PyTorch's in turn; medians, and of the ratios least–most\n", m.Rounds, m.Seconds)
	b.WriteString("names/s: trained a second of processor time on one thread, hidden size 128; drawing, forward, backward and\n" +
		"update count, set-up, warm-up and validation do not\n\n")
	columns(&b, r.comparisonRows())
	if len(r.Comparisons[0].Tuned.Rounds) > 0 {
		b.WriteString("tuned: PyTorch with glibc's allocator set to keep its memory; aims are beside PyTorch as installed\n")
	}
	for _, g := range r.Growth {
		fmt.Fprintf(&b, "\n%s: %s\n", g.Title, g.Y)
		columns(&b, g.rows())
		if g.Aim != "" {
			fmt.Fprintf(&b, "aim: %s\n", g.Aim)
		}
	}
	return b.String()
}

// columns writes rows of cells under each other.
func columns(b *strings.Builder, rows [][]string) {
	w := tabwriter.NewWriter(b, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
}

func (r results) comparisonRows() [][]string {
	rows := [][]string{{"sweep", "kernel", " names/s", "PyTorch", " names/s", "ratio", "  tuned", "ratio", "aim"}}
	for _, c := range r.Comparisons {
		rows = append(rows, []string{c.What, c.Kernel, thousands(c.Sweep.Rate.Median), c.Beside,
			c.Installed.cell(), c.Installed.Ratio.String(), c.Tuned.cell(), c.Tuned.Ratio.String(), c.Aim.String()})
	}
	return rows
}

func (s side) cell() string {
	if len(s.Rounds) == 0 {
		return "-"
	}
	return thousands(s.Rate.Median)
}

// rows has a row for each size and a column for each line.
func (g growth) rows() [][]string {
	head := []string{g.X}
	for _, l := range g.Lines {
		head = append(head, l.Name)
	}
	rows := [][]string{head}
	for at, size := range g.Lines[0].Sizes {
		row := []string{fmt.Sprint(size)}
		for _, l := range g.Lines {
			row = append(row, l.cell(at))
		}
		rows = append(rows, row)
	}
	return rows
}

func (l line) cell(at int) string {
	if l.Ideal {
		return fmt.Sprint(l.at(at).Median)
	}
	return l.at(at).String()
}

// String is the median with the least and the most, or "-" of nothing.
func (s spread) String() string {
	if s == (spread{}) {
		return "-"
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Median, s.Least, s.Most)
}

// String is "-" where there is no aim.
func (a aim) String() string {
	var parts []string
	if a.Ratio > 0 {
		parts = append(parts, fmt.Sprintf("%g×", a.Ratio))
	}
	if a.Rate > 0 {
		parts = append(parts, strings.TrimSpace(thousands(a.Rate))+" names/s")
	}
	if parts == nil {
		return "-"
	}
	return strings.Join(parts, ", ")
}

// thousands writes a rate below a million, in a column's width.
func thousands(rate float64) string {
	n := int(rate + 0.5)
	if n < 1000 {
		return fmt.Sprintf("%8d", n)
	}
	return fmt.Sprintf("%4d,%03d", n/1000, n%1000)
}
