package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// JSON writes a table as one array of objects, an object a line, with the
// table's columns in their order. Times are RFC 3339.
func JSON(w io.Writer, t Table) error {
	buffered := bufio.NewWriter(w)
	keys := make([][]byte, len(t.Columns))
	for i, c := range t.Columns {
		keys[i] = append(append([]byte(","), quote(c.Name)...), ':')
	}
	if len(keys) > 0 {
		keys[0][0] = '{'
	}
	object, before := []byte(nil), "[\n"
	for row := range t.Rows {
		object = append(object[:0], before...)
		for i, value := range row {
			object = jsonValue(append(object, keys[i]...), value)
		}
		object, before = append(object, '}'), ",\n"
		if _, err := buffered.Write(object); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
	}
	end := "\n]\n"
	if object == nil {
		end = "[]\n"
	}
	buffered.WriteString(end) // Flush returns its error
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

func jsonValue(object []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(object, "null"...)
	case string:
		return append(object, quote(v)...)
	case int64:
		return strconv.AppendInt(object, v, 10)
	case float64:
		return strconv.AppendFloat(object, v, 'g', -1, 64)
	case bool:
		return strconv.AppendBool(object, v)
	case time.Time:
		return append(object, quote(v.Format(timeLayout))...)
	}
	panic("export: value of a type that no kind has")
}

// quote writes a string as JSON that may stand in a page: <, > and & escaped.
func quote(s string) []byte {
	quoted, _ := json.Marshal(s) // a string always can be
	return quoted
}
