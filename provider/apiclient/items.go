package apiclient

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds on the lists of an answer. MaxItems is how many reports an account can
// be told to show; a provider that lists more at once is read no further. Of its
// errors, the first MaxWords are looked at, and of each the first MaxWordBytes.
const (
	MaxItems = 100000
	MaxWords = 20
	// MaxWordBytes is what is looked at of each.
	MaxWordBytes = 256
)

// errTooMany marks a list beyond its bound.
var errTooMany = errors.New("too many items")

// Items is a list of at most MaxItems: 8 MiB of the smallest items would
// otherwise take gigabytes. Null is nil, and an empty list is not. An object
// whose keys are all whole numbers is the list of its values: PHP writes a list
// with a gap so, and an empty one as {}.
type Items[T any] []T

// ErrNoList is the failure of a decoder that met an object that is no list.
var ErrNoList = errors.New("an object in place of a list")

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *Items[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	if kind != jsontext.KindBeginArray && kind != jsontext.KindBeginObject {
		return json.UnmarshalDecode(decoder, (*[]T)(l))
	}
	*l = Items[T]{}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	nulls := 0
	for {
		next := decoder.PeekKind()
		if next == jsontext.KindEndArray || next == jsontext.KindEndObject {
			_, err := decoder.ReadToken()
			return err
		}
		if kind == jsontext.KindBeginObject {
			if err := wholeNumberKey(decoder); err != nil {
				return err
			}
		}
		if kind := decoder.PeekKind(); kind == jsontext.KindNull {
			if nulls++; nulls > 1 { // no item is all that any of them says
				if err := decoder.SkipValue(); err != nil {
					return err
				}
				continue
			}
		}
		if err := l.Add(decoder); err != nil {
			return err
		}
	}
}

// Add reads one more item.
func (l *Items[T]) Add(decoder *jsontext.Decoder) error {
	if len(*l) == MaxItems {
		return errTooMany
	}
	var zero T
	*l = append(*l, zero)
	return json.UnmarshalDecode(decoder, &(*l)[len(*l)-1])
}

// wholeNumberKey reads the name of an object's member, which must be a whole
// number.
func wholeNumberKey(decoder *jsontext.Decoder) error {
	name, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	if !WholeNumber(name.String()) {
		return ErrNoList
	}
	return nil
}

// WholeNumber reports whether a text consists of decimal digits only.
func WholeNumber(text string) bool {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return text != ""
}

// OddWord stands for an entry of Words that is no text.
const OddWord = Word("an error of another form")

// Words are what an answer says went wrong: a list of texts, of which the first
// few are kept, or a single text. A list may come as an object, as in Items.
// Null and empty entries, of any kind, say nothing. It is nil only if the answer
// does not have it.
type Words []Word

// Word is what an answer says in a few letters: Text, cut to MaxWordBytes
// before anything is done with it.
type Word string

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (w *Word) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*w = ""
	if kind := decoder.PeekKind(); kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray || kind == jsontext.KindNull {
		return decoder.SkipValue()
	}
	raw, err := decoder.ReadValue()
	text := []byte(raw[:min(len(raw), 1+longestEscape*MaxWordBytes)])
	if raw.Kind() == jsontext.KindString {
		text, _ = jsontext.AppendUnquote(nil, text) // what there is before the cut
	}
	for len(text) > MaxWordBytes || len(raw) > MaxWordBytes && !utf8.Valid(text) {
		text = text[:min(MaxWordBytes, len(text)-1)]
	}
	*w = Word(text)
	return err
}

// longestEscape is how many bytes a character of JSON takes at most for each
// byte of its text.
const longestEscape = 6

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (l *Words) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*l = Words{} // there, though it may say nothing
	kind := decoder.PeekKind()
	if kind != jsontext.KindBeginArray && kind != jsontext.KindBeginObject {
		return l.add(decoder)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for {
		if next := decoder.PeekKind(); next == jsontext.KindEndArray || next == jsontext.KindEndObject {
			_, err := decoder.ReadToken()
			return err
		}
		if kind == jsontext.KindBeginObject {
			name, err := decoder.ReadToken()
			if err != nil {
				return err
			}
			if !WholeNumber(name.String()) {
				if err := l.addMember(decoder); err != nil {
					return err
				}
				continue
			}
		}
		if err := l.add(decoder); err != nil {
			return err
		}
	}
}

// addMember notes that an object is no list, once.
func (l *Words) addMember(decoder *jsontext.Decoder) error {
	if slices.Contains(*l, OddWord) {
		return decoder.SkipValue()
	}
	return l.addOdd(decoder)
}

// addOdd notes a value that is no text, unless it is nothing.
func (l *Words) addOdd(decoder *jsontext.Decoder) error {
	value, err := ReadScalar(decoder)
	if (value.Composite || len(value.Text) > 0) && len(*l) < MaxWords {
		*l = append(*l, OddWord)
	}
	return err
}

// add reads one entry.
func (l *Words) add(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	if kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray {
		return l.addOdd(decoder)
	}
	var word Word
	if err := word.UnmarshalJSONFrom(decoder); err != nil {
		return err
	}
	if kind == jsontext.KindFalse || strings.TrimSpace(string(word)) == "" {
		word = "" // "error": false says that there is none
	}
	if word != "" && len(*l) < MaxWords {
		*l = append(*l, word)
	}
	return nil
}

// Strings returns the words as plain texts.
func (l Words) Strings() []string {
	texts := make([]string, len(l))
	for i, word := range l {
		texts[i] = string(word)
	}
	return texts
}

// BoundWord returns a copy of at most MaxWordBytes of a text, so that a huge
// text is not kept for the sake of its beginning.
func BoundWord(text string) string {
	return strings.Clone(strings.ToValidUTF8(text[:min(len(text), MaxWordBytes)], ""))
}
