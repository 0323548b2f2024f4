package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/mattn/go-sqlite3"

	"sweep/store"
)

type queryCommand struct {
	SQL  string `arg:"" name:"select" help:"A statement that reads."`
	DB   string `name:"db" default:"results.db" help:"The ledger; results.db if not given." placeholder:"FILE"`
	JSON bool   `name:"json" xor:"form" help:"Print a line of JSON a row."`
	CSV  bool   `name:"csv" xor:"form" help:"Print CSV with a header."`
}

func (queryCommand) Help() string {
	return "The tables and views are described in docs/queries.md, with queries to start from. The table cuts long text; --json and --csv print it whole. A blob is shown as its size.\n\nExample: sweep query 'SELECT state, count(*) FROM runs GROUP BY state'"
}

// Run carries out the command.
func (c *queryCommand) Run(ctx context.Context, p *program) error {
	statement, err := oneStatement(c.SQL)
	if err != nil {
		return usage(err)
	}
	ledger, err := store.OpenReadOnly(c.DB)
	if err != nil {
		return err
	}
	defer ledger.Close()
	columns, rows, err := ledger.Query(ctx, statement)
	switch {
	case err == nil:
		err = c.print(p, columns, rows)
	case !errors.As(err, new(sqlite3.Error)): // refused before SQLite saw it, such as one with parameters
		err = usage(err)
	}
	if err != nil && ctx.Err() != nil {
		return errInterrupted
	}
	return explainQuery(err)
}

// explainQuery tells a mistake in the statement, which its author can mend,
// from trouble with the ledger or the output.
func explainQuery(err error) error {
	var failure sqlite3.Error
	switch {
	case !errors.As(err, &failure):
		return err
	case failure.Code == sqlite3.ErrAuth:
		return usagef("sweep query only reads, and this statement would do more; sweep note, tag, retry and rm change a ledger")
	case failure.Code == sqlite3.ErrError:
		return usage(err)
	}
	return err
}

func (c *queryCommand) print(p *program, columns []string, rows iter.Seq2[[]any, error]) error {
	output := bufio.NewWriter(p.stdout)
	var err error
	switch {
	case c.JSON:
		err = queryJSON(output, columns, rows)
	case c.CSV:
		err = queryCSV(output, columns, rows)
	default:
		err = queryTable(output, columns, rows)
	}
	return errors.Join(err, output.Flush()) // what was read before an error is shown
}

// oneStatement returns the statement without what follows its semicolon, which
// may be comments alone: of several statements SQLite's driver would answer
// only the last.
func oneStatement(text string) (string, error) {
	statement, rest := text, ""
	for i := 0; i < len(text); {
		if text[i] == ';' {
			statement, rest = text[:i], text[i+1:]
			break
		}
		i += tokenLength(text[i:])
	}
	if isBlank(statement) {
		return "", errors.New("the query is empty; write one such as: SELECT * FROM leaderboard")
	}
	if !isBlank(strings.ReplaceAll(rest, ";", " ")) {
		return "", errors.New("there is more than one statement; ask one at a time")
	}
	return statement, nil
}

// tokenLength is the length of the literal, quoted name or comment that text
// begins with, as SQLite delimits them; 1 for any other byte. One that does not
// end goes on to the end of the text.
func tokenLength(text string) int {
	for _, token := range []struct{ begin, end string }{
		{"'", "'"}, {`"`, `"`}, {"`", "`"}, {"[", "]"}, {"--", "\n"}, {"/*", "*/"},
	} {
		if !strings.HasPrefix(text, token.begin) {
			continue
		}
		length := strings.Index(text[len(token.begin):], token.end)
		if length < 0 {
			return len(text)
		}
		return len(token.begin) + length + len(token.end)
	}
	return 1
}

// isBlank reports whether a text is blanks and comments.
func isBlank(text string) bool {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if !strings.HasPrefix(text, "--") && !strings.HasPrefix(text, "/*") {
			return false
		}
		text = text[tokenLength(text):]
	}
	return true
}

// tablePart is how many rows are aligned together, so that a table of any
// length fits in memory.
const tablePart = 10_000

func queryTable(w io.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	part, printed := newTable(columns...), 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells := make([]any, len(row))
		for i, value := range row {
			cells[i] = tableCell(value)
		}
		part.row(cells...)
		if printed++; printed%tablePart == 0 {
			part.print(w)
			part = newTable(columns...)
		}
	}
	if len(part.rows) > 0 || printed == 0 {
		part.print(w)
	}
	return nil
}

func tableCell(value any) string {
	switch v := value.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', 6, 64)
	case string:
		return v
	case nil:
		return "–"
	}
	return plainText(value)
}

// plainText is a value for programs to read; null is empty.
func plainText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []byte:
		return fmt.Sprintf("%d bytes", len(v))
	}
	return fmt.Sprint(value)
}

func queryCSV(w io.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	writer := csv.NewWriter(w)
	if err := writer.Write(columns); err != nil {
		return err
	}
	line := make([]string, len(columns))
	for row, err := range rows {
		if err != nil {
			writer.Flush()
			return err
		}
		for i, value := range row {
			line[i] = plainText(value)
		}
		if err := writer.Write(line); err != nil {
			return err
		}
	}
	writer.Flush()
	return writer.Error()
}

// queryJSON keeps the columns in the order of the statement, which a map would
// not.
func queryJSON(w *bufio.Writer, columns []string, rows iter.Seq2[[]any, error]) error {
	names := distinctNames(columns)
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := writeObject(w, names, row); err != nil {
			return err
		}
	}
	return nil
}

func writeObject(w *bufio.Writer, names []string, row []any) error {
	separator := "{"
	for i, value := range row {
		name, err := marshal(names[i])
		if err != nil {
			return err
		}
		written, err := marshal(jsonCell(value))
		if err != nil {
			return err
		}
		w.WriteString(separator) // the writer keeps its first error for the end
		w.Write(name)
		w.WriteByte(':')
		w.Write(written)
		separator = ","
	}
	_, err := w.WriteString("}\n")
	return err
}

// marshal is JSON on a line that leaves < and > as they are, like printJSON.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	err := printJSON(&b, v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func jsonCell(value any) any {
	switch v := value.(type) {
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil
		}
	case []byte:
		return map[string]int{"bytes": len(v)}
	}
	return value
}

// distinctNames numbers columns of the same name, since a JSON object has each
// name once.
func distinctNames(columns []string) []string {
	taken := map[string]bool{}
	names := make([]string, len(columns))
	for i, name := range columns {
		names[i] = name
		for n := 2; taken[names[i]]; n++ {
			names[i] = fmt.Sprintf("%s_%d", name, n)
		}
		taken[names[i]] = true
	}
	return names
}
