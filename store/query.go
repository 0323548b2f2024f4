package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
)

// Query runs a statement that reads, on a connection that can do nothing else,
// and returns the names of its columns and its rows. A value is nil, int64,
// float64, string or []byte. The rows must be iterated, once; they end with an
// error if reading fails on the way.
func (db *DB) Query(ctx context.Context, query string) (columns []string, rows iter.Seq2[[]any, error], err error) {
	if err := db.Flush(ctx); err != nil {
		return nil, nil, err
	}
	pool, err := connectReaders(queryDriver, db.file, db.frozen)
	if err != nil {
		return nil, nil, err
	}
	result, err := pool.QueryContext(ctx, query)
	if err == nil {
		if columns, err = result.Columns(); err == nil {
			return columns, iterate(pool, result, len(columns)), nil
		}
	}
	pool.Close()
	return nil, nil, fmt.Errorf("query %s: %w", db.path, err)
}

func iterate(pool *sql.DB, result *sql.Rows, columns int) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		defer pool.Close()
		defer result.Close()
		for result.Next() {
			row, places := make([]any, columns), make([]any, columns)
			for i := range row {
				places[i] = &row[i]
			}
			if err := result.Scan(places...); err != nil {
				yield(nil, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := result.Err(); err != nil {
			yield(nil, err)
		}
	}
}
