package apiclient

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// pathReader is the state of one pass over an answer.
type pathReader struct {
	values *PathValues
	each   func(*jsontext.Decoder) error
	count  int
	// rank is the best place found so far for the items. kept holds the place's value
	// as long as a better one may follow.
	rank int
	kept []byte
	// raw is the buffered value that is being read. It is nil while the answer is read
	// as it arrives.
	raw []byte
}

// within calls read on a buffered value.
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

// child reads the next value for a node, or skips it if node is nil.
func (r *pathReader) child(decoder *jsontext.Decoder, node *pathNode) error {
	if node == nil {
		return decoder.SkipValue()
	}
	return r.value(decoder, node)
}

// leaf reads a value whose members are not wanted.
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

// place reads a value that is a place for items. If nothing else of a list is wanted,
// it is read as it arrives. Anything else is buffered, so that it can be read again if
// it contains no better place.
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
	r.kept = bytes.Clone(r.kept) // the decoder reuses its buffer
	return err
}

// keep reads a buffered value, and keeps it as the items unless it contains a better
// place.
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

// list passes the items of a value to each. An object whose keys are all whole numbers
// is the list of its values, any other non-empty object is a single item, and null and
// an empty object are empty lists.
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

// item passes on one item. The items' node may want values of it, too.
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

// object passes on the items of an object.
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
		if err := decoder.SkipValue(); err != nil { // the key
			return err
		}
		if err := r.item(decoder, nil); err != nil {
			return err
		}
	}
	return nil
}

// newRawDecoder returns a decoder for a buffered value.
func newRawDecoder(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// member returns the node for an object member, by its quoted name.
func (n *pathNode) member(name jsontext.Value) *pathNode {
	key := unquoted(name)
	for i := range n.children {
		if n.children[i].key == string(key) {
			return n.children[i].node
		}
	}
	return nil
}

// element returns the node for a list element.
func (n *pathNode) element(index int) *pathNode {
	for i := range n.children {
		if n.children[i].index == index {
			return n.children[i].node
		}
	}
	return nil
}

// unquoted returns the text of a JSON string. It copies only if there are escapes.
func unquoted(name jsontext.Value) []byte {
	if inner := name[1 : len(name)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, name) // replaces invalid UTF-8
	return text
}
