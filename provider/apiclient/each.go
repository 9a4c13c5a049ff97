package apiclient

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Each reads an object or an array. It calls read for each member or element, with its
// index and, in an object, its name. The read function must read exactly one value. A
// name is valid only until then.
func Each(decoder *jsontext.Decoder, read func(index int, name []byte) error) error {
	begin, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	named := begin.Kind() == jsontext.KindBeginObject
	for index := 0; ; index++ {
		if next := decoder.PeekKind(); next == jsontext.KindEndObject || next == jsontext.KindEndArray {
			_, err := decoder.ReadToken()
			return err
		}
		var name []byte
		if named {
			quoted, err := decoder.ReadValue()
			if err != nil {
				return err
			}
			name = unquoted(quoted)
		}
		if err := read(index, name); err != nil {
			return err
		}
	}
}

// unquoted returns the text of a JSON string. It copies only if there are escapes.
func unquoted(name jsontext.Value) []byte {
	if inner := name[1 : len(name)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, name) // replaces invalid UTF-8
	return text
}
