package provider

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Expectation is what is normal for exports of one type. Where a value is 0,
// nothing is expected.
type Expectation struct {
	// ReadyWithin is how long after its request an export is ready.
	ReadyWithin time.Duration
	// DataWithin is how old the newest ready data is at most.
	DataWithin time.Duration
	// FetchBeforeExpiry is how long before its expiry a ready export has been
	// fetched.
	FetchBeforeExpiry time.Duration
}

// Stuck reports whether an unfinished export is later than expected.
func (e Expectation) Stuck(r *Report, now time.Time) bool {
	since := r.Since()
	return e.ReadyWithin > 0 && !since.IsZero() && now.Sub(since) > e.ReadyWithin
}

// Expiring reports whether a ready export should have been fetched: its expiry
// is near, more than half of its life is over, and none that was requested
// later is ready. NewestReady is when the newest ready one of its type was
// requested.
func (e Expectation) Expiring(r *Report, newestReady, now time.Time) bool {
	left := r.Expires.Sub(now)
	// An expiry that has passed and changed nothing was not to be trusted.
	if r.Expires.IsZero() || left <= 0 || left > e.FetchBeforeExpiry {
		return false
	}
	if !r.Created.IsZero() && r.Created.Before(newestReady) {
		return false
	}
	began := r.Completed
	if began.IsZero() {
		began = r.Since()
	}
	return began.IsZero() || now.Sub(began) > left
}

// Override replaces the values of an Expectation that it has.
type Override struct {
	ReadyWithin, DataWithin, FetchBeforeExpiry *time.Duration
}

// Over returns the expectation with the values of the override.
func (o Override) Over(e Expectation) Expectation {
	for _, each := range []struct{ from, to *time.Duration }{
		{o.ReadyWithin, &e.ReadyWithin},
		{o.DataWithin, &e.DataWithin},
		{o.FetchBeforeExpiry, &e.FetchBeforeExpiry},
	} {
		if each.from != nil {
			*each.to = *each.from
		}
	}
	return e
}

// add takes over the values that the other override has.
func (o *Override) add(other Override) {
	o.ReadyWithin = cmp.Or(other.ReadyWithin, o.ReadyWithin)
	o.DataWithin = cmp.Or(other.DataWithin, o.DataWithin)
	o.FetchBeforeExpiry = cmp.Or(other.FetchBeforeExpiry, o.FetchBeforeExpiry)
}

// TypeKey names a type at one source, or at every source if Source is empty.
// Both are in lower case.
type TypeKey struct{ Source, Type string }

// ParseTypeKey reads TYPE or SOURCE/TYPE. Either is compared without case.
func ParseTypeKey(text string) TypeKey {
	source, kind, both := strings.Cut(strings.ToLower(text), "/")
	if !both {
		return TypeKey{Type: source}
	}
	return TypeKey{source, kind}
}

// NamedOverride is the override of a type that the configuration names.
type NamedOverride struct {
	// Key is TYPE or SOURCE/TYPE as it is written.
	Key string
	Override
}

// Expect holds what is expected of an account's exports. It is immutable. The
// nil Expect expects nothing.
type Expect struct {
	General Expectation
	// Types are the overrides that are set here. Those of below count, too: the
	// accounts share the general ones, of which there may be many.
	Types map[TypeKey]NamedOverride
	below *Expect
}

// With returns the expectations with others over them. A value for a type wins
// over one for all, wherever each is set.
func (e *Expect) With(general Override, types map[TypeKey]NamedOverride) *Expect {
	return &Expect{General: general.Over(e.General), Types: types, below: e}
}

// Of returns what is expected of a source's exports of a type.
func (e *Expect) Of(source, kind string) Expectation {
	if e == nil {
		return Expectation{}
	}
	source, kind = strings.ToLower(source), strings.ToLower(kind)
	everywhere, here := e.override(TypeKey{Type: kind}), e.override(TypeKey{source, kind})
	return here.Over(everywhere.Over(e.General))
}

// ExpectsData reports whether data is expected within some time of any type.
func (e *Expect) ExpectsData() bool {
	if e == nil {
		return false
	}
	if e.General.DataWithin > 0 {
		return true
	}
	for _, named := range e.All() {
		if named.DataWithin != nil && *named.DataWithin > 0 {
			return true
		}
	}
	return false
}

// override returns what is set for a key, here and below.
func (e *Expect) override(key TypeKey) Override {
	if e == nil {
		return Override{}
	}
	o := e.below.override(key)
	o.add(e.Types[key].Override)
	return o
}

// Named returns the types that the expectations name at a source, as they are
// written, in order. Those that are named at every source are among them only
// if asked for.
func (e *Expect) Named(source string, everywhere bool) []string {
	source = strings.ToLower(source)
	names := make(map[string]string) // by lower case
	if everywhere {
		e.each(func(key TypeKey, written string) {
			if key.Source == "" {
				names[key.Type] = written
			}
		})
	}
	e.each(func(key TypeKey, written string) {
		if key.Source == source && source != "" {
			_, names[key.Type], _ = strings.Cut(written, "/")
		}
	})
	return slices.Sorted(maps.Values(names))
}

// Same reports whether both expect the same of everything, wherever it is set.
func (e *Expect) Same(other *Expect) bool {
	return e.General == other.General && reflect.DeepEqual(e.All(), other.All())
}

// All returns the overrides in force, wherever they are set.
func (e *Expect) All() map[TypeKey]NamedOverride {
	all := make(map[TypeKey]NamedOverride)
	e.each(func(key TypeKey, written string) { all[key] = NamedOverride{written, e.override(key)} })
	return all
}

// each tells the keys that are set, those of below first.
func (e *Expect) each(tell func(key TypeKey, written string)) {
	if e == nil {
		return
	}
	e.below.each(tell)
	for key, named := range e.Types {
		tell(key, named.Key)
	}
}
