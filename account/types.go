package account

import (
	"sync"

	"export_status_exporter/provider"
)

// typeSet limits the number of different types of an account, and that of the
// types of all its sources: a type is a label value, and a provider can invent any
// number of them.
type typeSet struct {
	mu       sync.Mutex
	known    map[string]struct{}
	bySource map[sourceType]struct{}
}

type sourceType struct{ source, name string }

func newTypeSet() typeSet {
	return typeSet{known: make(map[string]struct{}), bySource: make(map[sourceType]struct{})}
}

// admit returns the name of a source's type, or provider.OtherType beyond a limit.
func (t *typeSet) admit(source, name string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.bySource[sourceType{source, name}]; !ok && len(t.bySource) >= provider.MaxSourceTypes {
		return provider.OtherType
	}
	return t.add(source, name)
}

// configured is like admit for a type that is fixed or configured. Only the number
// of different types limits these.
func (t *typeSet) configured(source, name string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.add(source, name)
}

// add is called with mu held.
func (t *typeSet) add(source, name string) string {
	if _, ok := t.known[name]; !ok && len(t.known) >= provider.MaxTypes {
		return provider.OtherType
	}
	t.known[name] = struct{}{}
	t.bySource[sourceType{source, name}] = struct{}{}
	return name
}
