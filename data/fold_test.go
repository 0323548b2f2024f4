package data_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sweep/data"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"marks", "Ślusàrski", "Slusarski"},
		{"marks already apart", "S\u0301lusa\u0300rski", "Slusarski"},
		{"several marks on a letter", "Nguyễn", "Nguyen"},
		{"sharp s", "Weiß", "Weiss"},
		{"capital sharp s", "WEIẞ", "WEISS"},
		{"stroke l", "Wałęsa", "Walesa"},
		{"capital stroke l", "Łukasz", "Lukasz"},
		{"stroke d", "Đorđević", "Dordevic"},
		{"slashed o", "Bjørnsen Østby", "Bjornsen Ostby"},
		{"slashed o with an accent", "Bǿrg", "Borg"},
		{"ligatures", "Æsop Bælz Œuvrard Lœb", "Aesop Baelz Oeuvrard Loeb"},
		{"dotless i", "Yıldız İnan", "Yildiz Inan"},
		{"eth and thorn", "Guðrún Þór", "Gudrun Thor"},
		{"typographic ligature", "Griﬃth", "Griffith"},
		{"capitals stay", "McLEAN an", "McLEAN an"},
		{"straight apostrophe", "O'Neal", "O'Neal"},
		{"curly apostrophe", "O’Neal", "O'Neal"},
		{"modifier apostrophe", "Ch\u02bcng", "Ch'ng"},
		{"digits", "Rafaj1", "Rafaj"},
		{"colon", "Lu:", "Lu"},
		{"slash", "Maxa/B", "MaxaB"},
		{"hyphens", "Au-Yong Tsann-Kay-Si", "AuYong TsannKaySi"},
		{"trailing comma", "Lytkin,", "Lytkin"},
		{"trailing commas and blanks", "Lytkin , ;", "Lytkin"},
		{"leading comma", ", Lytkin", "Lytkin"},
		{"inner comma", "Abel, Jr.", "Abel, Jr."},
		{"trailing full stop", "St.", "St."},
		{"blanks at the ends", "  Abe\t", "Abe"},
		{"no-break space", "To The First\u00a0 Page", "To The First Page"},
		{"a blank left by what is dropped", "Abe 7 Kobo", "Abe Kobo"},
		{"mixed scripts", "Ivanov Иванов", "Ivanov"},
		{"other script", "Иванов", ""},
		{"other script with punctuation", "О'Брайен, Д.", ""},
		{"only an apostrophe that Unicode calls a letter", "\u02bc", ""},
		{"only digits", "2024", ""},
		{"nothing", "", ""},
		{"invalid UTF-8", "Ab\xffel", "Abel"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := data.Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// checkFold holds what every result of Fold promises.
func checkFold(t interface{ Errorf(string, ...any) }, s string) {
	folded := data.Fold(s)
	if again := data.Fold(folded); again != folded {
		t.Errorf("Fold(%q) = %q, folded again %q", s, folded, again)
	}
	if stray := strings.Trim(folded, data.Alphabet); stray != "" {
		t.Errorf("Fold(%q) = %q, which has letters outside the alphabet", s, folded)
	}
	if len(folded) > len(s) {
		t.Errorf("Fold(%q) = %q, which is longer", s, folded)
	}
	if folded != strings.Trim(folded, " ,;") || strings.Contains(folded, "  ") {
		t.Errorf("Fold(%q) = %q, which has blanks too many", s, folded)
	}
	if folded != "" && !strings.ContainsAny(folded, data.Alphabet[:52]) {
		t.Errorf("Fold(%q) = %q, which has no letter", s, folded)
	}
}

func TestFoldProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkFold(t, rapid.OneOf(
			rapid.String(),
			rapid.StringOfN(rapid.RuneFrom([]rune("aZß’ŉœ \u00a0,;.'-1\u0301ʼﬃ")), 0, 12, -1),
		).Draw(t, "text"))
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Ślusàrski", "O’Neal", " ,;.'", "\xff\xfe", "ŉﬃĲ", "a\u0301\u0300 b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFold(t, s) })
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		data.Fold("Ślusàrski")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
}
