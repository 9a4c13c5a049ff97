package apiclient

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// PathTree is a set of paths into a JSON value. A single pass over the tokens reads all
// their values and keeps nothing else. Build it with Want and WantItems; after that, it
// is immutable.
type PathTree struct {
	root   pathNode
	values int
	items  int
}

// pathNode is one step of the paths. The zero value wants nothing.
type pathNode struct {
	value    int // number of the wanted value plus one, or 0
	items    int // rank of the items plus one, or 0
	children []pathChild
}

type pathChild struct {
	key   string
	index int // list position if the key is a whole number, otherwise -1
	node  *pathNode
}

// Want adds a path and returns the number of its value. A path is a list of keys. A
// whole number is an index in a list and a key in an object. An empty path is the whole
// value.
func (t *PathTree) Want(path []string) int {
	node := t.at(path)
	if node.value == 0 {
		t.values++
		node.value = t.values
	}
	return node.value - 1
}

// WantItems adds a place where the list of items may be. If an answer has several of
// these places, the one added first wins.
func (t *PathTree) WantItems(path []string) {
	node := t.at(path)
	if node.items == 0 {
		t.items++
		node.items = t.items
	}
}

// at returns the node of a path, creating it if necessary.
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

// PathValues holds the values found by a PathTree. It can be reused.
type PathValues struct {
	found []pathValue
	text  []byte
}

type pathValue struct {
	begin, end int
	kind       jsontext.Kind // 0 for an absent or null value
	composite  bool
}

// Reset marks all values of the tree as absent.
func (v *PathValues) Reset(t *PathTree) {
	if cap(v.found) < t.values {
		v.found = make([]pathValue, t.values)
	}
	v.found = v.found[:t.values]
	clear(v.found)
	v.text = v.text[:0]
}

// Get returns a value, or the zero Scalar if it is absent. The text is valid until the
// next Reset.
func (v *PathValues) Get(number int) Scalar {
	found := &v.found[number]
	return Scalar{Text: v.text[found.begin:found.end:found.end], Composite: found.composite}
}

// Kind returns the JSON kind of a value, or 0 if it is null or absent.
func (v *PathValues) Kind(number int) jsontext.Kind { return v.found[number].kind }

// set stores a value. If a name occurs twice, the last value wins.
func (v *PathValues) set(number int, kind jsontext.Kind, s Scalar) {
	begin := len(v.text)
	v.text = append(v.text, s.Text...)
	if kind == jsontext.KindNull {
		kind = 0
	}
	v.found[number] = pathValue{begin: begin, end: len(v.text), kind: kind, composite: s.Composite}
}

// forget marks the values below a node as absent. If a name occurs twice, the last value
// also wins over what is inside the one before.
func (v *PathValues) forget(node *pathNode) {
	for i := range node.children {
		child := node.children[i].node
		if child.value > 0 {
			v.found[child.value-1] = pathValue{}
		}
		v.forget(child)
	}
}

// Read reads the next value of the decoder. It fails only on invalid JSON.
func (t *PathTree) Read(decoder *jsontext.Decoder, values *PathValues) error {
	values.Reset(t)
	r := pathReader{values: values}
	return r.value(decoder, &t.root)
}

// ReadItems is like Read and also calls each for every item. The decoder passed to each
// is positioned before the item, and each must read exactly one value. ReadItems
// reports whether the answer has one of the places for items.
func (t *PathTree) ReadItems(decoder *jsontext.Decoder, values *PathValues, each func(*jsontext.Decoder) error) (there bool, err error) {
	values.Reset(t)
	r := pathReader{values: values, each: each, rank: t.items + 1}
	if err := r.value(decoder, &t.root); err != nil || r.kept == nil {
		return r.rank <= t.items, err
	}
	return true, r.list(newRawDecoder(r.kept), nil)
}
