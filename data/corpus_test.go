package data

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// canonical holds the tutorial's own lists where they are at hand.
const canonical = "../../shared/reference/canonical/names"

func TestDefault(t *testing.T) {
	t.Parallel()
	c := Default()
	want := []string{
		"Arabic", "Chinese", "Czech", "Dutch", "English", "French", "German", "Greek", "Irish", "Italian",
		"Japanese", "Korean", "Polish", "Portuguese", "Russian", "Scottish", "Spanish", "Vietnamese",
	}
	if !slices.Equal(c.Classes, want) {
		t.Errorf("classes %q, want the tutorial's %q", c.Classes, want)
	}
	if sum, err := hex.DecodeString(c.SHA256); err != nil || len(sum) != 32 {
		t.Errorf("SHA256 is %q, want 64 hex digits", c.SHA256)
	}
	if c.Source != "embedded" {
		t.Errorf("Source is %q, want embedded", c.Source)
	}
	checkCorpus(t, c)
}

// The embedded lists keep the form SOURCES.md promises: sorted, no two alike
// when capitals are ignored, nothing that folding would change.
func TestEmbeddedListsAreClean(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(embedded, "names/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := embedded.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
		if !slices.IsSorted(names) {
			t.Errorf("%s is not sorted", file)
		}
		seen := map[string]bool{}
		for i, name := range names {
			if seen[strings.ToLower(name)] || Fold(name) != name {
				t.Errorf("%s:%d: %q is a repetition or not plain", file, i+1, name)
			}
			seen[strings.ToLower(name)] = true
		}
	}
}

// The two ways to the same content agree on what it is.
func TestLoadReadsTheEmbeddedListsFromDisk(t *testing.T) {
	t.Parallel()
	c, err := Load("names")
	if err != nil {
		t.Fatal(err)
	}
	if c.SHA256 != Default().SHA256 {
		t.Errorf("SHA256 from disk is %s, embedded %s", c.SHA256, Default().SHA256)
	}
	if want, _ := filepath.Abs("names"); c.Source != want {
		t.Errorf("Source is %q, want %q", c.Source, want)
	}
}

// checkCorpus holds what is true of every corpus: the sets hold folded names
// with their letters, every class has some in each set, and no name, capitals
// ignored, is in two sets.
func checkCorpus(t interface{ Errorf(string, ...any) }, c *Corpus) {
	home := map[string]part{}
	for p, set := range []*Set{c.Train, c.Validation, c.Test} {
		if slices.Contains(set.ClassCounts(), 0) || len(set.ClassCounts()) != len(c.Classes) {
			t.Errorf("the %v set has %v names by class", part(p), set.ClassCounts())
		}
		for _, e := range set.Examples {
			if e.Name == "" || Fold(e.Name) != e.Name || !bytes.Equal(e.Letters, Encode(e.Name)) {
				t.Errorf("example %q with letters %v", e.Name, e.Letters)
			}
			key := strings.ToLower(e.Name)
			if at, seen := home[key]; seen && at != part(p) {
				t.Errorf("%q is in the %v and the %v set", e.Name, at, part(p))
			}
			home[key] = part(p)
		}
	}
}

func TestClassTooSmallToSplit(t *testing.T) {
	t.Parallel()
	enough := &fstest.MapFile{Data: []byte(manyNames(100))}
	// partOf puts Albert into training, Walesa into test.
	_, err := read(fstest.MapFS{"Big.txt": enough, "Small.txt": {Data: []byte("Albert\nWalesa\nWałęsa\n")}}, "names")
	checkError(t, err, "names/Small.txt: too few names to split: of its 2 distinct names none falls into the validation set; "+
		"add names, 50 are nearly always enough")
}

// manyNames returns n distinct names, one a line.
func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%c%c\n", 'A'+i/26%26, 'a'+i%26)
	}
	return b.String()
}

// Line order, repetitions, line ends and dirt do not reach the hash.
func TestFingerprintIsOfTheContent(t *testing.T) {
	t.Parallel()
	folder := func(foo, bar string) fstest.MapFS {
		return fstest.MapFS{
			"Foo.txt": {Data: []byte(manyNames(100) + foo)},
			"Bar.txt": {Data: []byte(manyNames(100) + bar)},
		}
	}
	clean := fingerprintOf(t, folder("Weiss\nAbel\n", ""))
	if dirty := fingerprintOf(t, folder("\r\n Abel, \r\n42\nWeiß\nAbel", "\nAb\n")); dirty != clean {
		t.Error("dirt changed the hash")
	}
	if moved := fingerprintOf(t, folder("Weiss\n", "Abel\n")); moved == clean {
		t.Error("a name in another class did not change the hash")
	}
}

// Recorded runs carry the hash, so that its form must not change. This one was
// computed by printf 'A\0b\0c\0\0' | sha256sum.
func TestFingerprintIsPinned(t *testing.T) {
	t.Parallel()
	const want = "d9a5a0b800a846994cc9b5c723dc80e67a5c18019e80aa29b75a5d8de3ac64db"
	if got := fingerprint([]class{{"A", []string{"b", "c"}}}); got != want {
		t.Errorf("fingerprint is %s, want %s", got, want)
	}
}

// Contents that differ in as little as where one word ends hash differently.
func TestFingerprintTellsContentsApart(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i, classes := range [][]class{
		{{"A", []string{"b", "c"}}},
		{{"A", []string{"bc"}}},
		{{"Ab", []string{"c"}}},
		{{"A", []string{"b", "C"}}},
		{{"A", []string{"b"}}, {"c", []string{"d"}}},
		{{"A", []string{"b", "c", "d"}}},
		{{"A", []string{"b", "c"}}, {"d", nil}},
		{{"A", []string{"b"}}, {"c", []string{"d", "e"}}},
	} {
		sum := fingerprint(classes)
		if other, taken := seen[sum]; taken {
			t.Errorf("contents %d and %d have the same hash", other, i)
		}
		seen[sum] = i
	}
}

func fingerprintOf(t *testing.T, folder fs.FS) string {
	t.Helper()
	c, err := read(folder, "names")
	if err != nil {
		t.Fatal(err)
	}
	return c.SHA256
}

// For any folders: what holds of every corpus holds, the sets have every name
// once a class, and adding names moves none.
func TestSplitProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringMatching(`[A-Ca-cß' ,1]{0,4}`), 0, 30)
		foo, bar := lines.Draw(t, "foo"), lines.Draw(t, "bar")
		before := splitOf(t, foo, bar)
		after := splitOf(t, append(foo, lines.Draw(t, "added")...), bar)
		for pair, p := range before {
			if after[pair] != p {
				t.Errorf("%v moved from %v to %v", pair, p, after[pair])
			}
		}
	})
}

// pair is a name of a class.
type pair struct {
	class int
	name  string
}

// splitOf returns where the names of a corpus of two classes are.
func splitOf(t *rapid.T, foo, bar []string) map[pair]part {
	file := func(lines []string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(manyNames(100) + strings.Join(lines, "\n"))}
	}
	c, err := read(fstest.MapFS{"Foo.txt": file(foo), "Bar.txt": file(bar)}, "names")
	if err != nil {
		t.Fatal(err)
	}
	checkCorpus(t, c)
	at := map[pair]part{}
	for p, set := range []*Set{c.Train, c.Validation, c.Test} {
		for _, e := range set.Examples {
			key := pair{e.Class, e.Name}
			if _, seen := at[key]; seen {
				t.Errorf("%v twice", key)
			}
			at[key] = part(p)
		}
	}
	return at
}

// The tutorial's 20,074 lines come down to 17,987 pairs of a language and a
// distinct name. The tutorial's own folding, which drops ß and ł and keeps what
// hangs at line ends, makes them 17,994.
func TestCanonicalCounts(t *testing.T) {
	t.Parallel()
	c := loadCanonical(t)
	checkCorpus(t, c)
	want := map[string]int{
		"Arabic": 108, "Chinese": 246, "Czech": 502, "Dutch": 286, "English": 3668, "French": 273,
		"German": 683, "Greek": 193, "Irish": 226, "Italian": 701, "Japanese": 990, "Korean": 94,
		"Polish": 138, "Portuguese": 74, "Russian": 9341, "Scottish": 100, "Spanish": 293, "Vietnamese": 71,
	}
	if len(c.Classes) != len(want) {
		t.Errorf("%d classes, want %d", len(c.Classes), len(want))
	}
	for i, label := range c.Classes {
		got := c.Train.ClassCounts()[i] + c.Validation.ClassCounts()[i] + c.Test.ClassCounts()[i]
		if got != want[label] {
			t.Errorf("%s has %d names, want %d", label, got, want[label])
		}
	}
}

func TestCanonicalDirt(t *testing.T) {
	t.Parallel()
	c := loadCanonical(t)
	where := map[string][]string{}
	for _, set := range []*Set{c.Train, c.Validation, c.Test} {
		for _, e := range set.Examples {
			where[e.Name] = append(where[e.Name], c.Classes[e.Class])
		}
	}
	for name, want := range map[string]string{
		"To The First Page": "Russian", "Jevolojnov": "Russian", "Lytkin": "Russian", "TsannKaySi": "Russian",
		"Rafaj": "Czech", "Urbanek": "Czech", "MaxaB": "Czech", "Lu": "Chinese", "AuYong": "Chinese",
		"Grosse": "German", "Konigsmann": "German", "Slusarski": "Polish", "an": "Vietnamese", "O'Hannagain": "Irish",
	} {
		if n := len(slices.DeleteFunc(slices.Clone(where[name]), func(label string) bool { return label != want })); n != 1 {
			t.Errorf("%q is %d times in %s (all: %v), want once", name, n, want, where[name])
		}
	}
}

// The ceilings that the README beside the lists gives for all distinct pairs.
func TestCanonicalCeiling(t *testing.T) {
	t.Parallel()
	c := loadCanonical(t)
	accuracy, balanced := Ceiling(c.Train, c.Validation, c.Test)
	if math.Abs(accuracy-0.968) > 0.0005 || math.Abs(balanced-0.962) > 0.0005 {
		t.Errorf("ceiling %.4f, balanced %.4f, want 0.968 and 0.962", accuracy, balanced)
	}
}

func loadCanonical(t *testing.T) *Corpus {
	t.Helper()
	if _, err := os.Stat(canonical); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here", canonical)
	}
	c, err := Load(canonical)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func BenchmarkLoad(b *testing.B) {
	names := 0
	for b.Loop() {
		c, err := Load("names")
		if err != nil {
			b.Fatal(err)
		}
		names = c.Train.Len() + c.Validation.Len() + c.Test.Len()
	}
	b.ReportMetric(float64(names)*float64(b.N)/b.Elapsed().Seconds(), "names/s")
}
