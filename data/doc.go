// Package data holds what the models learn from: surnames by language, one
// folder of <Label>.txt files with one name a line.
//
// [Default] is the corpus built into the binary, 18 languages; names/ has the
// lists, SOURCES.md where they come from and LICENSES/ the notices that travel
// with them. [Load] reads any other folder of the same form, so a user's own
// classes need no code.
//
// A line goes through four steps:
//
//   - [Fold] brings it to the 57 letters of [Alphabet], each line by itself.
//     A line with nothing left is skipped.
//   - A name that repeats within a class counts once. The same name may stand
//     in several classes; [Ceiling] says what that costs any classifier.
//   - A hash of the name picks its part: training, validation or test, 80, 10
//     and 10 in a hundred. The same name falls into the same part whatever the
//     class or folder, and adding names moves no other.
//   - [Encode] turns letters into positions of the alphabet, which is all a
//     model with one-hot inputs needs to know of them.
//
// Nothing depends on the order of files or lines, and [Corpus].SHA256 names
// the content: equal names, equal hash.
package data
