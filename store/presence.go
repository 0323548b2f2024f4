package store

import (
	"fmt"
	"os"
)

// presence notices that the ledger was removed or replaced while it is open.
// The system would let the writer go on into a file that nobody can find any
// more.
type presence struct {
	path     string // as the user wrote it
	files    []file // the database and its write-ahead log, which is there as long as it is open
	logBytes int64  // size of the log when last checked
}

type file struct {
	name string
	was  os.FileInfo
}

// newPresence remembers the files of the ledger as they are now.
func newPresence(path, database string) (*presence, error) {
	p := &presence{path: path}
	for _, name := range []string{database, database + "-wal"} {
		was, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file{name, was})
	}
	return p, nil
}

func (p *presence) check() error {
	for _, f := range p.files {
		is, err := os.Stat(f.name)
		if err != nil || !os.SameFile(f.was, is) {
			return fmt.Errorf("%s was removed or replaced while it was in use (%s is another file or gone); "+
				"put it back, or run the same command again to begin a new one", p.path, f.name)
		}
		p.logBytes = is.Size() // the last is the log
	}
	return nil
}
