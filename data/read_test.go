package data

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
)

func TestReadNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []string
	}{
		{"sorted, once each", "Bo\nAbe\nBo\n", []string{"Abe", "Bo"}},
		{"first page twenty-four times", strings.Repeat("To The First Page\n", 24), []string{"To The First Page"}},
		{"alike after folding", "Kral\nKrál\nKral,\n Kral\n", []string{"Kral"}},
		{"capitals differ", "An\nan\n", []string{"An", "an"}},
		{"byte order mark", "\ufeffAbe\nBo\n", []string{"Abe", "Bo"}},
		{"Windows line ends", "Abe\r\nBo\r\n", []string{"Abe", "Bo"}},
		{"no line end after the last", "Abe\nBo", []string{"Abe", "Bo"}},
		{"empty lines, and lines that fold to nothing", "\n\nAbe\n  \n1984\nИванов\n", []string{"Abe"}},
		{"each line folded by itself", "Weiß\nWałęsa\nRafaj1\nLu:\nJevolojnov, \n",
			[]string{"Jevolojnov", "Lu", "Rafaj", "Walesa", "Weiss"}},
		{"the longest line", strings.Repeat("a", MaxLine) + "\r\nb", []string{strings.Repeat("a", MaxLine), "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := readNames(strings.NewReader(tt.in), "Foo.txt")
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("readNames(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestReadNamesErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   io.Reader
		want string
	}{
		{"invalid UTF-8", strings.NewReader("Abe\nBo\nAb\xffel\n"), "Foo.txt:3: not UTF-8; save the file in UTF-8"},
		{"UTF-16", strings.NewReader("\xff\xfeA\x00b\x00"), "Foo.txt:1: not UTF-8; save the file in UTF-8"},
		{"a line too long by one", strings.NewReader("Abe\n" + strings.Repeat("a", MaxLine+1) + "\nBo\n"),
			"Foo.txt:2: a line of more than 4096 bytes; write one name a line"},
		{"a line far too long", strings.NewReader("Abe\nBo\n" + strings.Repeat("a", 10*MaxLine)),
			"Foo.txt:3: a line of more than 4096 bytes; write one name a line"},
		{"empty", strings.NewReader(""), "Foo.txt: no name in this file; write one name a line, or remove the file"},
		{"nothing but dirt", strings.NewReader("\ufeff\n ,\n42\n"),
			"Foo.txt: no name in this file; write one name a line, or remove the file"},
		{"device fails", iotest.ErrReader(errors.New("input/output error")),
			"Foo.txt: cannot be read (input/output error); check that it exists and that you may read it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := readNames(tt.in, "Foo.txt")
			checkError(t, err, tt.want)
		})
	}
}

// checkError holds that err is an *Error with the given message.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	var is *Error
	if !errors.As(err, &is) || err.Error() != want {
		t.Errorf("error %q of type %T\nwant  %q of type *Error", err, err, want)
	}
}

func TestReadFolderTakesOnlyVisibleTextFiles(t *testing.T) {
	t.Parallel()
	names := &fstest.MapFile{Data: []byte("Abe\n")}
	classes, err := readFolder(fstest.MapFS{
		"Zulu.txt":           names,
		"Old Norse.txt":      names,
		"Franc\u0327ais.txt": names, // as some file systems hand it out
		"日本.TXT":             names,
		".hidden.txt":        names,
		".txt":               names,
		"README.md":          names,
		"Latin.txt~":         names,
		"sub/Latin.txt":      names,
	}, "folder")
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, c := range classes {
		labels = append(labels, c.label)
	}
	if want := []string{"Français", "Old Norse", "Zulu", "日本"}; !slices.Equal(labels, want) {
		t.Errorf("classes %q, want %q", labels, want)
	}
}

func TestReadFolderErrors(t *testing.T) {
	t.Parallel()
	names := &fstest.MapFile{Data: []byte("Abe\n")}
	tests := []struct {
		name   string
		folder fstest.MapFS
		want   string
	}{
		{"no text file", fstest.MapFS{"README.md": names},
			"names: no .txt file in this folder; put one <Label>.txt for each class there, one name a line"},
		{"one class", fstest.MapFS{"Foo.txt": names},
			`names: only one class, "Foo", where at least two are needed; put one <Label>.txt for each class there, one name a line`},
		{"empty class", fstest.MapFS{"Foo.txt": names, "Bar.txt": {}},
			"names/Bar.txt: no name in this file; write one name a line, or remove the file"},
		{"bad line", fstest.MapFS{"Foo.txt": names, "Bar.txt": {Data: []byte("Abe\n\xc3\n")}},
			"names/Bar.txt:2: not UTF-8; save the file in UTF-8"},
		{"two files for a class", fstest.MapFS{"Foo.txt": names, "Foo.TXT": names},
			`names: two files for the class "Foo"; merge them into one`},
		{"a folder named as a file", fstest.MapFS{"Foo.txt/Bar.txt": names},
			"names/Foo.txt: not a regular file; move it elsewhere or rename it"},
		{"a line break in the label", fstest.MapFS{"Foo\nBar.txt": names},
			`"names/Foo\nBar.txt": the file's name cannot be shown as text; rename it in UTF-8 without control characters`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := readFolder(tt.folder, "names")
			checkError(t, err, tt.want)
		})
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "Foo.txt")
	dangling := t.TempDir()
	link := filepath.Join(dangling, "Foo.txt")
	if err := errors.Join(os.WriteFile(file, []byte("Abe\n"), 0o600), os.Symlink("nowhere", link)); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(folder, "missing")
	tests := []struct {
		name, folder, want string
		cause              error
	}{
		{"no such folder", missing, missing + ": no such folder; name a folder of <Label>.txt files", fs.ErrNotExist},
		{"a file", file, file + ": a file, not a folder; name the folder that holds the <Label>.txt files", nil},
		{"below a file", file + "/x", file + "/x: cannot be read (not a directory); check that it exists and that you may read it", nil},
		{"a link to nothing", dangling, link + ": cannot be read (no such file or directory); check that it exists and that you may read it", fs.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(tt.folder)
			checkError(t, err, tt.want)
			if tt.cause != nil && !errors.Is(err, tt.cause) {
				t.Errorf("error %v does not wrap %v", err, tt.cause)
			}
		})
	}
}

func FuzzReadNames(f *testing.F) {
	f.Add([]byte("\ufeffAbe\r\nWeiß\nRafaj1\n\n"))
	f.Add([]byte("Ab\xffel"))
	f.Add([]byte(",\n;"))
	f.Add(bytes.Repeat([]byte("a"), MaxLine+1))
	f.Fuzz(func(t *testing.T, content []byte) {
		names, err := readNames(bytes.NewReader(content), "Foo.txt")
		if err != nil {
			var is *Error
			if !errors.As(err, &is) || is.Line > bytes.Count(content, []byte("\n"))+1 {
				t.Fatalf("error %v for %q", err, content)
			}
			return
		}
		if len(names) == 0 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Fatalf("names %q of %q are not sorted, distinct and some", names, content)
		}
		// What was read, written out plainly, reads the same.
		again, err := readNames(strings.NewReader(strings.Join(names, "\n")), "Foo.txt")
		if err != nil || !slices.Equal(again, names) {
			t.Fatalf("names %q of %q read again are %q, %v", names, content, again, err)
		}
	})
}
