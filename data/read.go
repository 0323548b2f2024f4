package data

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxLine is the longest line that a file of names may have, in bytes. It
// bounds the length of a name, and with it the memory that training on it takes.
const MaxLine = 4096

// extension is what the name of a file of names ends in, in any case.
const extension = ".txt"

// class is a label with its distinct folded names, sorted.
type class struct {
	label string
	names []string
}

// readFolder reads every <Label>.txt of folder and returns the classes sorted
// by label. where is the folder's name in messages.
func readFolder(folder fs.FS, where string) ([]class, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, unreadable(where, err)
	}
	var classes []class
	for _, entry := range entries {
		file := entry.Name()
		if strings.HasPrefix(file, ".") || !strings.EqualFold(filepath.Ext(file), extension) {
			continue
		}
		c, err := readClass(folder, file, filepath.Join(where, file))
		if err != nil {
			return nil, err
		}
		classes = append(classes, c)
	}
	slices.SortFunc(classes, func(a, b class) int { return strings.Compare(a.label, b.label) })
	return classes, checkClasses(classes, where)
}

// checkClasses reports a folder whose files do not make a classification.
func checkClasses(classes []class, where string) error {
	const form = "put one <Label>.txt for each class there, one name a line"
	switch len(classes) {
	case 0:
		return &Error{Path: where, Detail: "no .txt file in this folder", Remedy: form}
	case 1:
		return &Error{
			Path:   where,
			Detail: fmt.Sprintf("only one class, %q, where at least two are needed", classes[0].label),
			Remedy: form,
		}
	}
	for i, c := range classes[1:] {
		if c.label == classes[i].label {
			return &Error{
				Path:   where,
				Detail: fmt.Sprintf("two files for the class %q", c.label),
				Remedy: "merge them into one",
			}
		}
	}
	return nil
}

// readClass reads one file; path is its name in messages.
func readClass(folder fs.FS, file, path string) (class, error) {
	label, err := labelOf(file, path)
	if err != nil {
		return class{}, err
	}
	info, err := fs.Stat(folder, file)
	if err != nil {
		return class{}, unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		return class{}, &Error{Path: path, Detail: "not a regular file", Remedy: "move it elsewhere or rename it"}
	}
	f, err := folder.Open(file)
	if err != nil {
		return class{}, unreadable(path, err)
	}
	defer f.Close()
	names, err := readNames(f, path)
	return class{label, names}, err
}

// labelOf returns the class that a file's name stands for, composed (NFC) since
// some file systems hand names out decomposed and the same label must not have
// two spellings.
func labelOf(file, path string) (string, error) {
	if !utf8.ValidString(file) || strings.ContainsFunc(file, unicode.IsControl) {
		return "", &Error{
			Path:   fmt.Sprintf("%q", path),
			Detail: "the file's name cannot be shown as text",
			Remedy: "rename it in UTF-8 without control characters",
		}
	}
	return norm.NFC.String(strings.TrimSuffix(file, filepath.Ext(file))), nil
}

// readNames returns the distinct folded names of r, sorted; path is for
// messages. Windows line ends go with the scanner, a byte order mark with Fold.
func readNames(r io.Reader, path string) ([]string, error) {
	distinct := map[string]struct{}{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, MaxLine), MaxLine+len("\r\n"))
	number := 0
	for lines.Scan() {
		number++
		line := lines.Bytes()
		if len(line) > MaxLine {
			return nil, tooLong(path, number, nil)
		}
		if !utf8.Valid(line) {
			return nil, &Error{Path: path, Line: number, Detail: "not UTF-8", Remedy: "save the file in UTF-8"}
		}
		if name := Fold(string(line)); name != "" {
			distinct[name] = struct{}{}
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, tooLong(path, number+1, err)
	} else if err != nil {
		return nil, unreadable(path, err)
	}
	if len(distinct) == 0 {
		return nil, &Error{Path: path, Detail: "no name in this file", Remedy: "write one name a line, or remove the file"}
	}
	return slices.Sorted(maps.Keys(distinct)), nil
}

// tooLong reports a line over MaxLine.
func tooLong(path string, line int, cause error) error {
	return &Error{
		Path: path, Line: line,
		Detail: fmt.Sprintf("a line of more than %d bytes", MaxLine),
		Remedy: "write one name a line",
		Cause:  cause,
	}
}

// unreadable reports a file or folder that the system would not read.
func unreadable(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err // the path is said already
	}
	return &Error{
		Path:   path,
		Detail: fmt.Sprintf("cannot be read (%v)", err),
		Remedy: "check that it exists and that you may read it",
		Cause:  err,
	}
}
