package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/mattn/go-sqlite3"
)

// busyTimeout is how long a writer waits for another process's transaction.
// Those of this program last milliseconds; only a foreign one can exceed it.
const busyTimeout = 30 * time.Second

// Names of the two drivers: SQLite with what the views need, and the same with
// everything but reading forbidden.
const (
	driverName       = "sweep-sqlite3"
	queryDriver      = "sweep-sqlite3-query"
	readers          = 4
	cachedStatements = 64       // more than this package has
	writerCache      = "-16384" // KiB; the indices by hash are written all over
)

func init() {
	sql.Register(driverName, &sqlite3.SQLiteDriver{ConnectHook: addFunctions})
	sql.Register(queryDriver, &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		conn.RegisterAuthorizer(authorizeReading)
		return addFunctions(conn)
	}})
}

// addFunctions adds the one mathematical function the views use. SQLite has it
// too, but go-sqlite3 only compiles it in under a build tag.
func addFunctions(conn *sqlite3.SQLiteConn) error {
	return conn.RegisterFunc("sqrt", func(x any) any {
		switch x := x.(type) {
		case float64:
			return math.Sqrt(x)
		case int64:
			return math.Sqrt(float64(x))
		}
		return nil
	}, true)
}

// Pragmas that only tell.
var tellingPragmas = []string{
	"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
	"database_list", "compile_options", "user_version", "application_id", "page_count", "page_size",
}

// authorizeReading lets a statement compile if all it does is read.
func authorizeReading(action int, name, argument, _ string) int {
	switch action {
	case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqliteRecursive:
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_PRAGMA:
		sets := argument != "" && (name == "user_version" || name == "application_id" || name == "page_size")
		if slices.Contains(tellingPragmas, name) && !sets {
			return sqlite3.SQLITE_OK
		}
	}
	return sqlite3.SQLITE_DENY
}

// sqliteRecursive is SQLITE_RECURSIVE, which go-sqlite3 does not export.
const sqliteRecursive = 33

// dsn is the data source name of the file at an absolute path. As a URI it may
// hold any character; go-sqlite3 takes what starts with _ and SQLite the rest.
func dsn(path string, options url.Values) string {
	options.Set("_busy_timeout", fmt.Sprint(busyTimeout.Milliseconds()))
	options.Set("_foreign_keys", "on")
	options.Set("_stmt_cache_size", fmt.Sprint(cachedStatements))
	return (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String()
}

// connectWriter opens the one connection that writes. The file is created.
func connectWriter(path string) (*sql.DB, error) {
	pool, err := sql.Open(driverName, dsn(path, url.Values{
		"mode": {"rwc"}, "_journal_mode": {"WAL"}, "_synchronous": {"NORMAL"}, "_txlock": {"immediate"},
		"_cache_size": {writerCache},
	}))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	if err := untilFree(pool.Ping); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// connectReaders opens connections that cannot write. They may still open the
// file for writing, as SQLite must to go on after a writer that was killed,
// unless it is on a medium where nothing can be written at all: frozen.
func connectReaders(name, path string, frozen bool) (*sql.DB, error) {
	options := url.Values{"mode": {"rw"}, "_query_only": {"on"}}
	if frozen {
		options = url.Values{"mode": {"ro"}, "immutable": {"1"}, "_query_only": {"on"}}
	}
	pool, err := sql.Open(name, dsn(path, options))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	return pool, nil
}

// untilFree repeats an action that found the file locked. SQLite waits by
// itself except when waiting could be for ever, as between two processes that
// both switch a new file to WAL; one of them has to step back.
func untilFree(action func() error) error {
	deadline := time.Now().Add(busyTimeout)
	for {
		err := action()
		var failure sqlite3.Error
		if !errors.As(err, &failure) || failure.Code != sqlite3.ErrBusy || time.Now().After(deadline) {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}
