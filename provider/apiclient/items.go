package apiclient

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/provider"
)

// Limits on the lists of an answer. Of the errors in an answer, the first MaxWords are
// examined.
const (
	MaxItems = provider.MaxItems
	MaxWords = 20
	// MaxWordBytes is how many bytes of each error are examined.
	MaxWordBytes = 256
)

// errTooMany means that a list has more than MaxItems items.
var errTooMany = errors.New("too many items")

// Items is a list of at most MaxItems. Without this limit, 8 MiB of the smallest items
// would take gigabytes of memory. JSON null decodes to nil, and an empty list to a
// non-nil empty slice. An object whose keys are all whole numbers decodes to the list
// of its values, because PHP encodes a list with gaps that way, and an empty one as {}.
type Items[T any] []T

// ErrNoList means that an object was found that cannot be read as a list.
var ErrNoList = errors.New("an object in place of a list")

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *Items[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	if kind != jsontext.KindBeginArray && kind != jsontext.KindBeginObject {
		return json.UnmarshalDecode(decoder, (*[]T)(l))
	}
	*l = Items[T]{}
	return l.Read(decoder, func(string) error { return ErrNoList })
}

// Read adds the elements of an array, or the members of an object whose names are whole
// numbers. It calls other for each other member, which must read the value.
func (l *Items[T]) Read(decoder *jsontext.Decoder, other func(name string) error) error {
	object := decoder.PeekKind() == jsontext.KindBeginObject
	nulls := 0
	return Each(decoder, func(_ int, name []byte) error {
		if object && !WholeNumber(string(name)) {
			return other(string(name))
		}
		if decoder.PeekKind() == jsontext.KindNull {
			if nulls++; nulls > 1 { // several nulls are not items
				return decoder.SkipValue()
			}
		}
		return l.add(decoder)
	})
}

// add decodes one more item.
func (l *Items[T]) add(decoder *jsontext.Decoder) error {
	if len(*l) == MaxItems {
		return errTooMany
	}
	var zero T
	*l = append(*l, zero)
	return json.UnmarshalDecode(decoder, &(*l)[len(*l)-1])
}

// WholeNumber reports whether a text consists only of decimal digits.
func WholeNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// OddWord replaces an entry of Words that is not a text.
const OddWord = Word("an error of another form")

// Words holds the errors in an answer: a list of texts, of which the first MaxWords are
// kept, or a single text. A list may be encoded as an object, as in Items. Null and
// empty entries are dropped. Words is nil only if the field is absent.
type Words []Word

// Word is a short Text, cut to MaxWordBytes before it is processed.
type Word string

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (w *Word) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*w = ""
	if kind := decoder.PeekKind(); kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray || kind == jsontext.KindNull {
		return decoder.SkipValue()
	}
	raw, err := decoder.ReadValue()
	text := []byte(raw[:min(len(raw), 1+longestEscape*MaxWordBytes)])
	if raw.Kind() == jsontext.KindString {
		text, _ = jsontext.AppendUnquote(nil, text) // what was decoded before the cut
	}
	for len(text) > MaxWordBytes || len(raw) > MaxWordBytes && !utf8.Valid(text) {
		text = text[:min(MaxWordBytes, len(text)-1)]
	}
	*w = Word(text)
	return err
}

// longestEscape is the maximum number of JSON bytes for one byte of text.
const longestEscape = 6

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (l *Words) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*l = Words{} // present, even if empty
	kind := decoder.PeekKind()
	if kind != jsontext.KindBeginArray && kind != jsontext.KindBeginObject {
		return l.add(decoder)
	}
	return Each(decoder, func(_ int, name []byte) error {
		if kind == jsontext.KindBeginObject && !WholeNumber(string(name)) {
			return l.addMember(decoder)
		}
		return l.add(decoder)
	})
}

// addMember records, once, that an object is not a list.
func (l *Words) addMember(decoder *jsontext.Decoder) error {
	if slices.Contains(*l, OddWord) {
		return decoder.SkipValue()
	}
	return l.addOdd(decoder)
}

// addOdd records a value that is not a text, unless it is empty.
func (l *Words) addOdd(decoder *jsontext.Decoder) error {
	value, err := ReadScalar(decoder)
	if (value.Composite || len(value.Text) > 0) && len(*l) < MaxWords {
		*l = append(*l, OddWord)
	}
	return err
}

// add decodes one entry.
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
		word = "" // "error": false means that there is no error
	}
	if word != "" && len(*l) < MaxWords {
		*l = append(*l, word)
	}
	return nil
}

// Strings returns the words as strings.
func (l Words) Strings() []string {
	texts := make([]string, len(l))
	for i, word := range l {
		texts[i] = string(word)
	}
	return texts
}

// BoundWord returns a copy of the first MaxWordBytes of a text. The copy does not keep
// the rest in memory.
func BoundWord(text string) string {
	return strings.Clone(strings.ToValidUTF8(text[:min(len(text), MaxWordBytes)], ""))
}
