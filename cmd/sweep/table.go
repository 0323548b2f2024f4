package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// table is text in aligned columns; columns of numbers are aligned right.
type table struct {
	header []string
	rows   [][]string
	bold   bool // the first row
}

func newTable(header ...string) *table {
	t := &table{}
	for _, name := range header {
		t.header = append(t.header, tableText(name))
	}
	return t
}

func (t *table) row(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = tableText(fmt.Sprint(cell))
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
	for i, row := range append([][]string{t.header}, t.rows...) {
		var line strings.Builder
		for column, cell := range row {
			pad := strings.Repeat(" ", width[column]-utf8.RuneCountInString(cell))
			if numeric[column] {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		text := strings.TrimRight(line.String(), " ")
		if t.bold && i == 1 {
			text = "\x1b[1m" + text + "\x1b[0m"
		}
		fmt.Fprintln(w, text)
	}
}

// isColoured reports whether output may be more than text: on a terminal whose
// user did not ask for none (no-color.org).
func isColoured(p *program) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(p.stdout)
}

const longestCell = 80 // characters

// tableText fits text into a cell: one line, at most so long.
func tableText(text string) string {
	runes := []rune(oneLine(text))
	if len(runes) > longestCell {
		return string(runes[:longestCell-1]) + "…"
	}
	return string(runes)
}

// oneLine keeps what users wrote from breaking a table or steering a terminal:
// controls, line ends and changes of direction become blanks.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
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
