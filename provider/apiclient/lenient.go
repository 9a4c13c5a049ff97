package apiclient

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Lenient is a part of an answer that must not cost the rest: if it is not of
// the form that was expected, Value is zero, Err says so, and what follows is
// read all the same. The text of Err may quote the answer; Malformed makes an
// error of it that does not.
type Lenient[T any] struct {
	Value T
	Err   error
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It fails only on what is
// no JSON.
func (l *Lenient[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	depth, offset := decoder.StackDepth(), decoder.InputOffset()
	var value T
	err := json.UnmarshalDecode(decoder, &value)
	var wrong *json.SemanticError
	if errors.As(err, &wrong) {
		*l = Lenient[T]{Err: err}
		return skipRest(decoder, depth, offset)
	}
	*l = Lenient[T]{Value: value}
	return err
}

// skipRest reads what is left of a value that began at a depth and after an
// offset, wherever decoding gave it up.
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
