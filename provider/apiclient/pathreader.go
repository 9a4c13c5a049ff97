package apiclient

import (
	"bytes"
	"errors"

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
	r.values.forget(node)
	kind := decoder.PeekKind()
	if len(node.children) == 0 || kind != jsontext.KindBeginObject && kind != jsontext.KindBeginArray {
		return r.leaf(decoder, node, kind)
	}
	filled := false
	err := Each(decoder, func(index int, name []byte) error {
		filled = true
		var child *pathNode
		if kind == jsontext.KindBeginObject {
			child = node.member(name)
		} else {
			child = node.element(index)
		}
		if child == nil {
			return decoder.SkipValue()
		}
		return r.value(decoder, child)
	})
	if err == nil && node.value > 0 {
		r.values.set(node.value-1, kind, Scalar{Composite: filled})
	}
	return err
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
	return Each(decoder, func(index int, _ []byte) error {
		var also *pathNode
		if node != nil {
			also = node.element(index)
		}
		return r.item(decoder, also)
	})
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
	err := Each(decoder, func(_ int, name []byte) error {
		if !WholeNumber(string(name)) {
			return ErrNoList
		}
		return decoder.SkipValue()
	})
	if errors.Is(err, ErrNoList) {
		return r.item(newRawDecoder(raw), nil)
	}
	decoder = newRawDecoder(raw)
	return Each(decoder, func(int, []byte) error { return r.item(decoder, nil) })
}

// newRawDecoder returns a decoder for a buffered value.
func newRawDecoder(raw []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// member returns the node for an object member.
func (n *pathNode) member(name []byte) *pathNode {
	for i := range n.children {
		if n.children[i].key == string(name) {
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
