package data

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spelled gives, for letters that Unicode does not decompose into a base letter
// and marks, how they are written where only the plain alphabet is at hand.
// Apostrophes in the shapes that typesetters and keyboards give them are one.
var spelled = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'ſ': "s",
	'æ': "ae", 'Æ': "Ae", 'œ': "oe", 'Œ': "Oe",
	'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'ŀ': "l", 'Ŀ': "L",
	'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th",
	'ħ': "h", 'Ħ': "H", 'ŧ': "t", 'Ŧ': "T", 'ŋ': "ng", 'Ŋ': "Ng",
	'ı': "i", 'ȷ': "j", 'ĳ': "ij", 'Ĳ': "IJ", 'ŉ': "'n", 'ə': "e", 'Ə': "E",
	'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl",
	'’': "'", '‘': "'", 'ʼ': "'", 'ʻ': "'", 'ʹ': "'", '′': "'", '`': "'", '´': "'",
}

// trimmed is what may hang at the end of a line copied out of a table or a
// sentence. A full stop or an apostrophe there can belong to the name.
const trimmed = " ,;"

// Fold brings text to the letters of [Alphabet]: "Ślusàrski" becomes
// "Slusarski", "Weiß" "Weiss", "Wałęsa" "Walesa". Case stays.
//
// The text is decomposed (NFD, Unicode Standard Annex 15) and loses its marks;
// letters that do not decompose are spelled out; every kind of space is a
// space. What is then outside the alphabet is dropped without a gap, as the
// tutorial does: hyphens, digits, colons, other scripts ("Au-Yong" becomes
// "AuYong", "Rafaj1" "Rafaj"). Runs of blanks become one; blanks, commas and
// semicolons at either end go.
//
// Text without any letter a to z folds to the empty string. The result has at
// most as many bytes as s, and folding it again changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range norm.NFD.String(s) {
		letters := plain(r)
		if letters == " " {
			blank = true
			continue
		}
		if blank && letters != "" {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteString(letters)
	}
	folded := strings.Trim(b.String(), trimmed)
	if !strings.ContainsFunc(folded, unicode.IsLetter) {
		return ""
	}
	return folded
}

// plain returns the letters of the alphabet that stand for r, none if r is to
// be dropped.
func plain(r rune) string {
	if r <= unicode.MaxASCII && positions[r] != foreign {
		return Alphabet[positions[r]:][:1]
	}
	if unicode.IsSpace(r) {
		return " "
	}
	return spelled[r]
}
