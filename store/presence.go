package store

import (
	"fmt"
	"os"
)

// presence notices that the ledger was removed or replaced while it is open.
// The system would let the writer go on into a file that nobody can find any
// more.
type presence struct {
	path  string // as the user wrote it
	files map[string]os.FileInfo
}

// newPresence remembers the files of the ledger as they are now: the database
// and its write-ahead log, which is there as long as it is open.
func newPresence(path, file string) (*presence, error) {
	p := &presence{path: path, files: map[string]os.FileInfo{}}
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		p.files[name] = info
	}
	return p, nil
}

func (p *presence) check() error {
	for name, was := range p.files {
		if info, err := os.Stat(name); err != nil || !os.SameFile(was, info) {
			return fmt.Errorf("%s was removed or replaced while it was in use (%s is another file or gone); "+
				"put it back, or run the same command again to begin a new one", p.path, name)
		}
	}
	return nil
}
