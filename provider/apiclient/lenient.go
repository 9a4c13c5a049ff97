package apiclient

import (
	"errors"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Lenient is an optional part of an answer. If the part does not have the expected
// form, Value is zero, Err is set, and decoding continues after it. The text of Err may
// quote the answer; Malformed turns it into an error that does not.
type Lenient[T any] struct {
	Value T
	Err   error
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on invalid JSON.
func (l *Lenient[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	depth, offset := decoder.StackDepth(), decoder.InputOffset()
	var value T
	err := json.UnmarshalDecode(decoder, &value)
	if _, wrong := errors.AsType[*json.SemanticError](err); wrong {
		*l = Lenient[T]{Err: err}
		return skipRest(decoder, depth, offset)
	}
	*l = Lenient[T]{Value: value}
	return err
}

// Optional is a field of an answer that may be absent. If the field occurs several
// times, such as in two spellings, a non-zero value wins.
type Optional[T any] struct {
	Value T
	There bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *Optional[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	var value T
	err := json.UnmarshalDecode(decoder, &value)
	o.There = true
	if !reflect.ValueOf(value).IsZero() {
		o.Value = value
	}
	return err
}

// skipRest skips the rest of a value that began at the given depth and offset, wherever
// decoding stopped.
func skipRest(decoder *jsontext.Decoder, depth int, offset int64) error {
	if decoder.InputOffset() == offset {
		return decoder.SkipValue()
	}
	for decoder.StackDepth() > depth {
		if _, err := decoder.ReadToken(); err != nil {
			return err
		}
	}
	return nil
}
