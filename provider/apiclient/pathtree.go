package apiclient

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// PathTree names values of a JSON value by their paths, so that one pass over
// the tokens reads them all and keeps nothing else. Build it with Want and
// WantItems; after that it is immutable.
type PathTree struct {
	root   pathNode
	values int
	items  int
}

// pathNode is one step of the paths. The zero value wants nothing.
type pathNode struct {
	value    int // the number of the wanted value, plus one
	items    int // the rank of the items, plus one
	children []pathChild
}

type pathChild struct {
	key   string
	index int // the position in a list that the key names, or -1
	node  *pathNode
}

// Want adds the value at a path and returns its number. A path is a list of
// keys: a whole number is an index in a list and a key in an object. No keys
// are the whole value.
func (t *PathTree) Want(path []string) int {
	node := t.at(path)
	if node.value == 0 {
		t.values++
		node.value = t.values
	}
	return node.value - 1
}

// WantItems adds a place where a list of items may stand. Of several places
// that an answer has, the one that was added first counts.
func (t *PathTree) WantItems(path []string) {
	node := t.at(path)
	if node.items == 0 {
		t.items++
		node.items = t.items
	}
}

// at returns the node of a path, which it makes if need be.
func (t *PathTree) at(path []string) *pathNode {
	node := &t.root
next:
	for _, key := range path {
		for i := range node.children {
			if node.children[i].key == key {
				node = node.children[i].node
				continue next
			}
		}
		child := pathChild{key: key, index: -1, node: &pathNode{}}
		if n, err := strconv.Atoi(key); err == nil && WholeNumber(key) {
			child.index = n
		}
		node.children = append(node.children, child)
		node = child.node
	}
	return node
}

// PathValues are the values that a tree found. They may be reused.
type PathValues struct {
	found []pathValue
	text  []byte
}

type pathValue struct {
	begin, end int
	kind       jsontext.Kind // 0: absent or null
	composite  bool
}

// Reset makes all values of a tree absent.
func (v *PathValues) Reset(t *PathTree) {
	if cap(v.found) < t.values {
		v.found = make([]pathValue, t.values)
	}
	v.found = v.found[:t.values]
	clear(v.found)
	v.text = v.text[:0]
}

// Get returns a value, nothing if it was absent. Its text is valid until the
// next Reset.
func (v *PathValues) Get(number int) Scalar {
	found := &v.found[number]
	return Scalar{Text: v.text[found.begin:found.end:found.end], Composite: found.composite}
}

// Kind returns what kind of JSON value was found, 0 for null and absence.
func (v *PathValues) Kind(number int) jsontext.Kind { return v.found[number].kind }

// set keeps a value. Of a name that stands twice, the last counts.
func (v *PathValues) set(number int, kind jsontext.Kind, s Scalar) {
	begin := len(v.text)
	v.text = append(v.text, s.Text...)
	if kind == jsontext.KindNull {
		kind = 0
	}
	v.found[number] = pathValue{begin: begin, end: len(v.text), kind: kind, composite: s.Composite}
}

// Read reads the next value of the decoder. It fails only on what is no JSON.
func (t *PathTree) Read(decoder *jsontext.Decoder, values *PathValues) error {
	values.Reset(t)
	r := pathReader{values: values}
	return r.value(decoder, &t.root)
}

// ReadItems is Read, and hands every item to each as a decoder that stands
// before it. It reports whether any place of the items was there. Each must
// read exactly one value.
func (t *PathTree) ReadItems(decoder *jsontext.Decoder, values *PathValues, each func(*jsontext.Decoder) error) (there bool, err error) {
	values.Reset(t)
	r := pathReader{values: values, each: each, rank: t.items + 1}
	if err := r.value(decoder, &t.root); err != nil || r.kept == nil {
		return r.rank <= t.items, err
	}
	return true, r.list(newRawDecoder(r.kept), nil)
}
