package data

// Alphabet is the letters a folded name is made of, in the order that PyTorch's
// tutorial "NLP From Scratch: Classifying Names with a Character-Level RNN"
// gives them (string.ascii_letters + " .,;'"). A letter's position here is its
// row in a one-hot input.
const Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,;'"

// Letters is the size of the alphabet: 57, the width of a one-hot input.
const Letters = len(Alphabet)

// foreign marks a byte that is no letter of the alphabet.
const foreign = 0xff

// positions maps a byte to its place in Alphabet, or to foreign.
var positions = func() (table [256]uint8) {
	for i := range table {
		table[i] = foreign
	}
	for i := range Letters {
		table[Alphabet[i]] = uint8(i)
	}
	return table
}()

// Encode returns the position in [Alphabet] of each letter of a folded name:
// 'a' is 0, 'J' is 35. The result is as long as the name.
//
// It panics on a letter outside the alphabet, which [Fold] never returns.
func Encode(folded string) []uint8 {
	letters := make([]uint8, len(folded))
	for i := range letters {
		letters[i] = positions[folded[i]]
		if letters[i] == foreign {
			panic("data: Encode of a name that is not folded")
		}
	}
	return letters
}
