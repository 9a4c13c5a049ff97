package apiclient

import (
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
			s, err := ReadScalar(decoder)
			if err != nil {
				return err
			}
			name = s.Text
		}
		if err := read(index, name); err != nil {
			return err
		}
	}
}
