package apiclient

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// pathReader is one pass.
type pathReader struct {
	values *PathValues
	each   func(*jsontext.Decoder) error
	count  int
	// rank is the best place of items so far, and kept its value as long as a
	// better place may follow.
	rank int
	kept []byte
	// raw is what the present decoder reads, nil while that is the answer as it
	// arrives.
	raw []byte
}

// within reads a value that is there already.
func (r *pathReader) within(raw []byte, read func(*jsontext.Decoder) error) error {
	outer := r.raw
	r.raw = raw
	err := read(newRawDecoder(raw))
	r.raw = outer
	return err
}

// value reads the next value for a node.
func (r *pathReader) value(decoder *jsontext.Decoder, node *pathNode) error {
	if node.items > 0 && node.items <= r.rank {
		return r.place(decoder, node)
	}
	kind := decoder.PeekKind()
	if len(node.children) == 0 || kind != jsontext.KindBeginObject && kind != jsontext.KindBeginArray {
		return r.leaf(decoder, node, kind)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	filled := false
	for index := 0; ; index++ {
		if next := decoder.PeekKind(); next == jsontext.KindEndObject || next == jsontext.KindEndArray {
			break
		}
		filled = true
		var child *pathNode
		if kind == jsontext.KindBeginObject {
			name, err := decoder.ReadValue()
			if err != nil {
				return err
			}
			child = node.member(name)
		} else {
			child = node.element(index)
		}
		if err := r.child(decoder, child); err != nil {
			return err
		}
	}
	if node.value > 0 {
		r.values.set(node.value-1, kind, Scalar{Composite: filled})
	}
	_, err := decoder.ReadToken()
	return err
}

// child reads a value that a node may want.
func (r *pathReader) child(decoder *jsontext.Decoder, node *pathNode) error {
	if node == nil {
		return decoder.SkipValue()
	}
	return r.value(decoder, node)
}

// leaf reads a value below which nothing is wanted.
func (r *pathReader) leaf(decoder *jsontext.Decoder, node *pathNode, kind jsontext.Kind) error {
	if node.value == 0 {
		return decoder.SkipValue()
	}
	s, err := ReadScalar(decoder)
	if err == nil {
		r.values.set(node.value-1, kind, s)
	}
	return err
}

// place reads a value that is a place of items. A list that nothing else is
// wanted of is read as it arrives. Anything else is looked at as a whole, so that
// it can be read again if no better place is inside it.
func (r *pathReader) place(decoder *jsontext.Decoder, node *pathNode) error {
	if decoder.PeekKind() == jsontext.KindBeginArray && node.items == 1 && node.value == 0 {
		r.rank, r.kept = 1, nil
		return r.list(decoder, node)
	}
	if r.raw != nil {
		return r.keep(decoder, node)
	}
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	r.kept = nil
	err = r.within(raw, func(decoder *jsontext.Decoder) error { return r.keep(decoder, node) })
	r.kept = bytes.Clone(r.kept) // the decoder uses its memory again
	return err
}

// keep reads a value of what is there already, and keeps it as items unless a
// better place is inside it.
func (r *pathReader) keep(decoder *jsontext.Decoder, node *pathNode) error {
	r.rank = node.items
	begin := decoder.InputOffset()
	rest := *node
	rest.items = 0
	if err := r.value(decoder, &rest); err != nil {
		return err
	}
	if r.rank == node.items {
		r.kept = bytes.TrimLeft(r.raw[begin:decoder.InputOffset()], ",: \t\r\n")
	}
	return nil
}

// list hands on the items of a list; an object whose keys are all whole numbers
// is the list of its values, any other filled one is one item, and null and an
// empty object are an empty list.
func (r *pathReader) list(decoder *jsontext.Decoder, node *pathNode) error {
	r.count = 0
	switch kind := decoder.PeekKind(); kind {
	case jsontext.KindBeginArray:
	case jsontext.KindNull:
		return decoder.SkipValue()
	case jsontext.KindBeginObject:
		raw, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		return r.object(raw)
	default:
		return ErrNoList
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for index := 0; decoder.PeekKind() != jsontext.KindEndArray; index++ {
		var also *pathNode
		if node != nil {
			also = node.element(index)
		}
		if err := r.item(decoder, also); err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// item hands on one item, which a node may want something of, too.
func (r *pathReader) item(decoder *jsontext.Decoder, also *pathNode) error {
	if r.count++; r.count > MaxItems {
		return errTooMany
	}
	if also == nil {
		return r.each(decoder)
	}
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if err := r.each(newRawDecoder(raw)); err != nil {
		return err
	}
	return r.within(raw, func(decoder *jsontext.Decoder) error { return r.value(decoder, also) })
}

// object hands on the items that stand in an object.
func (r *pathReader) object(raw jsontext.Value) error {
	decoder := newRawDecoder(raw)
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	numbered := true
	empty := decoder.PeekKind() == jsontext.KindEndObject
	for numbered && decoder.PeekKind() != jsontext.KindEndObject {
		name, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		numbered = WholeNumber(string(unquoted(name)))
		if err := decoder.SkipValue(); err != nil {
			return err
		}
	}
	switch {
	case empty:
		return nil
	case !numbered:
		return r.item(newRawDecoder(raw), nil)
	}
	decoder = newRawDecoder(raw)
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != jsontext.KindEndObject {
		if err := decoder.SkipValue(); err != nil { // its key
			return err
		}
		if err := r.item(decoder, nil); err != nil {
			return err
		}
	}
	return nil
}

// newRawDecoder reads a value that is already there.
func newRawDecoder(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// member returns what is wanted of a member of an object, by its quoted name.
func (n *pathNode) member(name jsontext.Value) *pathNode {
	key := unquoted(name)
	for i := range n.children {
		if n.children[i].key == string(key) {
			return n.children[i].node
		}
	}
	return nil
}

// element returns what is wanted of an element of a list.
func (n *pathNode) element(index int) *pathNode {
	for i := range n.children {
		if n.children[i].index == index {
			return n.children[i].node
		}
	}
	return nil
}

// unquoted is the text of a JSON string, copied only if it holds escapes.
func unquoted(name jsontext.Value) []byte {
	if inner := name[1 : len(name)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, name) // what is not UTF-8 is replaced
	return text
}
