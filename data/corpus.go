package data

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Corpus is names by class, split for training and for judging.
type Corpus struct {
	Classes []string // labels, sorted
	SHA256  string   // of the content, in hex: equal classes with equal names, equal hash
	Source  string   // "embedded", or the absolute path of the folder

	Train, Validation, Test *Set // 80, 10 and 10 in a hundred of the distinct names
}

//go:embed names/*.txt
var embedded embed.FS

// Default returns the corpus built into the binary. Every call returns the same
// one; do not change it.
func Default() *Corpus { return defaultCorpus() }

var defaultCorpus = sync.OnceValue(func() *Corpus {
	names, err := fs.Sub(embedded, "names")
	if err != nil {
		panic("data: the embedded corpus has no folder of names")
	}
	c, err := read(names, "embedded")
	if err != nil {
		panic("data: the embedded corpus is broken: " + err.Error())
	}
	return c
})

// Load reads a folder of <Label>.txt files, UTF-8, one name a line, and returns
// them folded, without repetitions, and split. Hidden files and files of other
// kinds are passed over, subfolders too.
//
// Its errors are of type [*Error] and say what to do: no such folder, none or
// only one <Label>.txt in it, a file that cannot be read, is not UTF-8, has a
// line over [MaxLine] or no name, a class too small to have a name in each of
// the three sets.
func Load(folder string) (*Corpus, error) {
	path, err := filepath.Abs(folder)
	if err != nil {
		return nil, unreadable(folder, err)
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Path: path, Detail: "no such folder", Remedy: "name a folder of <Label>.txt files", Cause: err}
	case err != nil:
		return nil, unreadable(path, err)
	case !info.IsDir():
		return nil, &Error{Path: path, Detail: "a file, not a folder", Remedy: "name the folder that holds the <Label>.txt files"}
	}
	return read(os.DirFS(path), path)
}

// read assembles the corpus of a folder; source is the folder's name in
// messages and in the result.
func read(folder fs.FS, source string) (*Corpus, error) {
	classes, err := readFolder(folder, source)
	if err != nil {
		return nil, err
	}
	c := &Corpus{SHA256: fingerprint(classes), Source: source}
	var examples [parts][]Example
	for i, class := range classes {
		c.Classes = append(c.Classes, class.label)
		sizes := [parts]int{}
		for _, name := range class.names {
			p := partOf(name)
			sizes[p]++
			examples[p] = append(examples[p], Example{Name: name, Letters: Encode(name), Class: i})
		}
		if err := checkParts(class, sizes, source); err != nil {
			return nil, err
		}
	}
	c.Train = NewSet(examples[training], len(classes))
	c.Validation = NewSet(examples[validation], len(classes))
	c.Test = NewSet(examples[test], len(classes))
	return c, nil
}

// checkParts reports a class that has no name in one of the parts.
func checkParts(c class, sizes [parts]int, where string) error {
	for p, size := range sizes {
		if size == 0 {
			return &Error{
				Path: filepath.Join(where, c.label+extension),
				Detail: fmt.Sprintf("too few names to split: of its %d distinct names none falls into the %v set",
					len(c.names), part(p)),
				Remedy: "add names, 50 are nearly always enough",
			}
		}
	}
	return nil
}

// fingerprint returns the SHA-256, in hex, of the classes in order: each label
// and each of its names, all followed by a zero byte, and one more zero byte to
// end the class. No label and no name has a zero byte and none is empty, so
// that different content never writes the same bytes.
func fingerprint(classes []class) string {
	hash := sha256.New()
	for _, c := range classes {
		fmt.Fprintf(hash, "%s\x00", c.label)
		for _, name := range c.names {
			fmt.Fprintf(hash, "%s\x00", name)
		}
		hash.Write([]byte{0})
	}
	return hex.EncodeToString(hash.Sum(nil))
}
