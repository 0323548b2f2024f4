package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"sweep/experiment"
)

// table is text in aligned columns; columns of numbers are aligned right.
type table struct {
	header []string
	rows   [][]string
}

func newTable(header ...string) *table { return &table{header: header} }

func (t *table) row(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = oneLine(fmt.Sprint(cell))
	}
	t.rows = append(t.rows, row)
}

var number = regexp.MustCompile(`^[-+]?[0-9.]+([eE][-+]?[0-9]+)?( ?%)?$|^–?$`)

func (t *table) print(w io.Writer) {
	width := make([]int, len(t.header))
	numeric := make([]bool, len(t.header))
	for column, name := range t.header {
		width[column], numeric[column] = utf8.RuneCountInString(name), len(t.rows) > 0
		for _, row := range t.rows {
			width[column] = max(width[column], utf8.RuneCountInString(row[column]))
			numeric[column] = numeric[column] && number.MatchString(row[column])
		}
	}
	for _, row := range append([][]string{t.header}, t.rows...) {
		var line strings.Builder
		for column, cell := range row {
			pad := strings.Repeat(" ", width[column]-utf8.RuneCountInString(cell))
			if numeric[column] {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// oneLine keeps what users wrote from breaking a table.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// figure prints a measured value, a dash where there is none.
func figure(v float64, digits int) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.*f", digits, v)
}

// finite is a figure in JSON: null where there is none.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// describe names a configuration by what its sweep varies.
func describe(settings experiment.Settings, axes []experiment.AxisValue) string {
	text := settings.Text()
	var parts []string
	for _, axis := range axes {
		parts = append(parts, axis.Name+"="+text[axis.Name])
	}
	return strings.Join(parts, " ")
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quoteCommand writes words as a POSIX shell reads them.
func quoteCommand(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = word
		if !plain.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
