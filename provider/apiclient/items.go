package apiclient

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds on the lists of an answer. MaxItems is how many reports an account can
// be told to show; a provider that lists more at once is read no further. Of its
// errors, the first MaxWords are looked at.
const (
	MaxItems = 100000
	MaxWords = 20
)

// errTooMany marks a list beyond its bound.
var errTooMany = errors.New("too many items")

// Items is a list of at most MaxItems: 8 MiB of the smallest items would
// otherwise take gigabytes. Null is nil, and an empty list is not.
type Items[T any] []T

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *Items[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != jsontext.KindBeginArray {
		return json.UnmarshalDecode(decoder, (*[]T)(l)) //nolint:wrapcheck // Judged by type further up.
	}
	*l = Items[T]{}
	if _, err := decoder.ReadToken(); err != nil {
		return err //nolint:wrapcheck // Judged by type further up.
	}
	for decoder.PeekKind() != jsontext.KindEndArray {
		if len(*l) == MaxItems {
			return errTooMany
		}
		var zero T
		*l = append(*l, zero)
		if err := json.UnmarshalDecode(decoder, &(*l)[len(*l)-1]); err != nil {
			return err //nolint:wrapcheck // Judged by type further up.
		}
	}
	_, err := decoder.ReadToken()
	return err //nolint:wrapcheck // Judged by type further up.
}

// OddWord stands for an entry of Words that is no text.
const OddWord = Text("an error of another form")

// Words are what an answer says went wrong: a list of texts, of which the first
// few are kept, or a single text. Null and empty entries say nothing.
type Words []Text

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (l *Words) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	*l = nil
	if decoder.PeekKind() != jsontext.KindBeginArray {
		return l.add(decoder)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err //nolint:wrapcheck // Judged by type further up.
	}
	for decoder.PeekKind() != jsontext.KindEndArray {
		if err := l.add(decoder); err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err //nolint:wrapcheck // Judged by type further up.
}

// add reads one entry.
func (l *Words) add(decoder *jsontext.Decoder) error {
	kind := decoder.PeekKind()
	var word Text
	if err := word.UnmarshalJSONFrom(decoder); err != nil {
		return err
	}
	if kind == jsontext.KindBeginObject || kind == jsontext.KindBeginArray {
		word = OddWord
	}
	if word != "" && len(*l) < MaxWords {
		*l = append(*l, word)
	}
	return nil
}
