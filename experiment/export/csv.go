package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"
)

// CSV writes a table as RFC 4180 has it, but with lines that end in a line
// feed alone: a header, then a line a row. Null is an empty field, times are
// RFC 3339, numbers are written so that reading them gives the same number.
func CSV(w io.Writer, t Table) error {
	writer := csv.NewWriter(w)
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = c.Name
	}
	if err := writer.Write(line); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for row := range t.Rows {
		for i, value := range row {
			line[i] = csvField(value)
		}
		if err := writer.Write(line); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func csvField(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(timeLayout)
	}
	panic("export: value of a type that no kind has")
}
