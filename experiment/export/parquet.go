package export

import (
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
)

const parquetBatch = 1024 // rows handed to the writer at once

// Parquet writes a table as a Parquet file: every column optional, numbers as
// INT64 and DOUBLE, text as STRING, times as TIMESTAMP in milliseconds, pages
// compressed with Snappy, which every reader knows.
func Parquet(w io.Writer, t Table) error {
	writer := parquet.NewGenericWriter[any](w, parquetSchema(t.Columns),
		parquet.Compression(&parquet.Snappy), parquet.CreatedBy("sweep", "1", "none"))
	batch := make([]parquet.Row, 0, parquetBatch)
	flush := func() error {
		_, err := writer.WriteRows(batch)
		batch = batch[:0]
		return err
	}
	for row := range t.Rows {
		batch = append(batch, parquetRow(row))
		if len(batch) == parquetBatch {
			if err := flush(); err != nil {
				return fmt.Errorf("write Parquet: %w", err)
			}
		}
	}
	if err := flush(); err != nil {
		return fmt.Errorf("write Parquet: %w", err)
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("write Parquet: %w", err)
	}
	return nil
}

func parquetRow(values []any) parquet.Row {
	row := make(parquet.Row, len(values))
	for column, value := range values {
		defined := 1
		switch v := value.(type) {
		case nil:
			defined = 0
		case time.Time:
			value = v.UnixMilli()
		}
		row[column] = parquet.ValueOf(value).Level(0, defined, column)
	}
	return row
}

func parquetSchema(columns []Column) *parquet.Schema {
	leaves := map[Kind]parquet.Node{
		Text:    parquet.String(),
		Integer: parquet.Int(64),
		Real:    parquet.Leaf(parquet.DoubleType),
		Boolean: parquet.Leaf(parquet.BooleanType),
		Time:    parquet.Timestamp(parquet.Millisecond),
	}
	group := ordered{Group: parquet.Group{}}
	for _, c := range columns {
		group.Group[c.Name] = parquet.Optional(leaves[c.Kind])
		group.names = append(group.names, c.Name)
	}
	return parquet.NewSchema("table", group)
}

// ordered is a group with its columns in the table's order; parquet-go sorts
// those of a plain one by name.
type ordered struct {
	parquet.Group
	names []string
}

// Fields implements [parquet.Node].
func (g ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, field := range g.Group.Fields() {
		byName[field.Name()] = field
	}
	fields := make([]parquet.Field, len(g.names))
	for i, name := range g.names {
		fields[i] = byName[name]
	}
	return fields
}
