package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// nobody is a user who owns nothing.
const nobody = 65534

// foreign makes a SQLite database with some statements.
func foreign(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open(driverName, path)
	must(t, err)
	defer db.Close()
	for _, s := range statements {
		_, err := db.Exec(s)
		must(t, err)
	}
}

// TestUnusable opens what is no ledger: one sentence each, and nothing is
// changed or left behind.
func TestUnusable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		make func(t *testing.T, folder string) string // returns the path to open
		want string
	}{
		{"no folder", func(_ *testing.T, folder string) string { return filepath.Join(folder, "none", "results.db") },
			"there is no folder %s; create it, or name a file in another"},
		{"a folder", func(_ *testing.T, folder string) string { return folder }, "is not a file but a folder; name a file"},
		{"a device", func(*testing.T, string) string { return "/dev/null" }, "is not a file but a device; name a file"},
		{"a text", func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "notes.txt")
			must(t, os.WriteFile(path, []byte(strings.Repeat("not a database\n", 100)), 0o644))
			return path
		}, "is not a ledger, nor any SQLite database; name another file"},
		{"another program's", func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "other.db")
			foreign(t, path, `CREATE TABLE songs (title TEXT)`)
			return path
		}, "is the database of another program; name another file"},
		{"another program's, empty but marked", func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "marked.db")
			foreign(t, path, `PRAGMA application_id = 77`)
			return path
		}, "is the database of another program; name another file"},
		{"newer", func(t *testing.T, folder string) string {
			path := filepath.Join(folder, "newer.db")
			must(t, open(t, path).Close())
			foreign(t, path, `PRAGMA user_version = 1000`)
			return path
		}, fmt.Sprintf("was written by a newer sweep (schema 1000, this one knows %d); update sweep or name another file", len(migrations()))},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := test.make(t, folder)
			want := path + " " + test.want
			if strings.Contains(test.want, "%s") {
				want = path + ": " + fmt.Sprintf(test.want, filepath.Dir(path))
			}
			before := listing(t, folder)
			_, err := Open(path)
			mustRefuse(t, err, want)
			if after := listing(t, folder); after != before {
				t.Errorf("Open left %s where there was %s", after, before)
			}
			if test.name == "no folder" {
				want = "there is no ledger at " + path + "; run a sweep first, or name another file"
			}
			_, err = OpenReadOnly(path)
			mustRefuse(t, err, want)
		})
	}
}

func mustRefuse(t *testing.T, err error, want string) {
	t.Helper()
	if !errors.Is(err, ErrUnusable) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func listing(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return fmt.Sprint(names)
}

// TestUnreachable names files that no path leads to.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	link := filepath.Join(folder, "link.db")
	must(t, os.Symlink(filepath.Join(folder, "gone.db"), link))
	file := filepath.Join(folder, "file")
	must(t, os.WriteFile(file, nil, 0o644))
	for path, want := range map[string]string{
		link:                              " is a link that leads nowhere",
		filepath.Join(file, "results.db"): ": " + file + " is not a folder; name a file in one",
	} {
		if _, err := Open(path); !errors.Is(err, ErrUnusable) || !strings.HasPrefix(err.Error(), path+want) {
			t.Errorf("got %v, want %s%s", err, path, want)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	want := "there is no ledger at " + path + "; run a sweep first, or name another file"
	for name, open := range map[string]func(string) (*DB, error){"OpenReadOnly": OpenReadOnly, "OpenExisting": OpenExisting} {
		_, err := open(path)
		mustRefuse(t, err, want)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s made the file", name)
		}
	}
}

// childNobody opens a ledger, for writing or for reading and without the
// rights of root, and says how that went.
func childNobody(arguments []string) error {
	if os.Getuid() == 0 {
		if err := errors.Join(syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
			return err
		}
	}
	open := Open
	if arguments[0] == "read" {
		open = OpenReadOnly
	}
	db, err := open(arguments[1])
	if err != nil {
		return err
	}
	defer db.Close()
	sweeps, err := db.Sweeps(context.Background())
	if err != nil {
		return err
	}
	fmt.Println(len(sweeps), "sweeps")
	return nil
}

// TestPermissions opens ledgers that may not be written.
func TestPermissions(t *testing.T) {
	t.Parallel()
	cannot := func(be string) string {
		return "cannot be " + be + ", or its folder cannot; change the permissions or name another file"
	}
	for _, test := range []struct {
		name         string
		file, folder fs.FileMode
		write, read  string
	}{
		{"file read-only", 0o444, 0o777, cannot("written"), "1 sweeps"},
		{"folder read-only", 0o666, 0o555, cannot("written"), "1 sweeps"},
		{"both read-only", 0o444, 0o555, cannot("written"), "1 sweeps"},
		{"file unreadable", 0o000, 0o777, cannot("written"), cannot("read")},
		{"folder closed", 0o666, 0o000, cannot("written"), cannot("read")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := public(t)
			path := filepath.Join(folder, "results.db")
			db := open(t, path)
			begun(t, db, planOf(t, "default", 1, 1))
			must(t, db.Close())
			must(t, os.Chmod(path, test.file))
			must(t, os.Chmod(folder, test.folder))
			t.Cleanup(func() { _ = os.Chmod(folder, 0o777) })
			for mode, want := range map[string]string{"write": test.write, "read": test.read} {
				got, _ := output(t, "nobody", mode, path)
				if !strings.Contains(got, want) || strings.Contains(got, "\n") {
					t.Errorf("to %s: got %q, want %q", mode, got, want)
				}
			}
		})
	}
}

// public is a folder that everybody can reach.
func public(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for f := folder; f != os.TempDir() && f != "/"; f = filepath.Dir(f) {
		must(t, os.Chmod(f, 0o777))
	}
	return folder
}

// TestAwkwardPaths opens ledgers whose names mean something in URIs.
func TestAwkwardPaths(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "a#b.db", "ünï.db", "%41.db", "a&b=c.db", "no-extension", "file:x.db"} {
		path := filepath.Join(folder, name)
		begun(t, open(t, path), planOf(t, "default", 1, 1))
		reader, err := OpenReadOnly(path)
		must(t, err)
		if sweeps, err := reader.Sweeps(t.Context()); err != nil || len(sweeps) != 1 {
			t.Errorf("%s: %d sweeps, %v", name, len(sweeps), err)
		}
		must(t, reader.Close())
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestLinks requires that a sweep is held whichever link to the file is used.
func TestLinks(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	begun(t, open(t, path), planOf(t, "default", 1, 1))
	link := filepath.Join(t.TempDir(), "link.db")
	must(t, os.Symlink(path, link))
	if _, err := open(t, link).Register(t.Context(), planOf(t, "default", 1, 1), here); err == nil {
		t.Error("a sweep that is held was registered through a link")
	}
}

// TestOpenTogether has many processes' worth of openers meet at a file that is
// not there yet.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	for round := range 20 {
		path := filepath.Join(t.TempDir(), strconv.Itoa(round))
		var openers sync.WaitGroup
		for range 8 {
			openers.Go(func() {
				db, err := Open(path)
				if err != nil {
					t.Error(err)
					return
				}
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		openers.Wait()
	}
}

// TestMigrate brings a ledger through steps that this version does not have
// yet, and one that fails.
func TestMigrate(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	db := open(t, path)
	must(t, trainAll(t.Context(), db, planOf(t, "default", 1, 1)))
	must(t, db.Close())
	pool, err := connectWriter(path)
	must(t, err)
	defer pool.Close()
	steps := append(migrations(), `CREATE TABLE more (x)`, `CREATE TABLE most (x); CREATE TABLE more (x)`)
	if err := migrate(pool, path, steps); err == nil {
		t.Error("a step that fails went through")
	}
	version, err := checkVersion(pool, path, len(steps))
	must(t, err)
	var most int
	must(t, pool.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE name = 'most'`).Scan(&most))
	if version != len(steps)-1 || most != 0 {
		t.Errorf("after step %d failed the version is %d and half of the step is %d", len(steps), version, most)
	}
}

// TestOlder opens a ledger for reading that has not been brought up to date.
func TestOlder(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	foreign(t, path, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
	db, err := OpenReadOnly(path)
	must(t, err)
	defer db.Close()
	if sweeps, err := db.Sweeps(t.Context()); err != nil || len(sweeps) != 0 {
		t.Errorf("%d sweeps, %v", len(sweeps), err)
	}
}
