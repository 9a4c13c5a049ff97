package provider

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Expectation describes normal behavior for exports of one type. A zero value disables
// the check.
type Expectation struct {
	// ReadyWithin is the maximum time from an export's request until it is ready.
	ReadyWithin time.Duration
	// DataWithin is the maximum age of the newest data in a ready export.
	DataWithin time.Duration
	// FetchBeforeExpiry is how long before its expiry a ready export should have been
	// downloaded.
	FetchBeforeExpiry time.Duration
}

// Stuck reports whether an unfinished export is overdue.
func (e Expectation) Stuck(r *Report, now time.Time) bool {
	since := r.Since()
	return e.ReadyWithin > 0 && !since.IsZero() && now.Sub(since) > e.ReadyWithin
}

// Expiring reports whether a ready export should have been downloaded by now: its
// expiry is near, more than half of its lifetime is over, and no export requested later
// is ready. The newestReady parameter is the request time of the newest ready export of
// the same type.
func (e Expectation) Expiring(r *Report, newestReady, now time.Time) bool {
	left := r.Expires.Sub(now)
	// If the export is still ready after its expiry, the provider's expiry is
	// unreliable.
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

// Override replaces the values of an Expectation. Nil fields leave a value unchanged.
type Override struct {
	ReadyWithin, DataWithin, FetchBeforeExpiry *time.Duration
}

// Over returns e with the values of o applied.
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

// add copies the values that are set in other.
func (o *Override) add(other Override) {
	o.ReadyWithin = cmp.Or(other.ReadyWithin, o.ReadyWithin)
	o.DataWithin = cmp.Or(other.DataWithin, o.DataWithin)
	o.FetchBeforeExpiry = cmp.Or(other.FetchBeforeExpiry, o.FetchBeforeExpiry)
}

// TypeKey identifies an export type at one source, or at every source if Source is
// empty. Both fields are lower case.
type TypeKey struct{ Source, Type string }

// ParseTypeKey parses TYPE or SOURCE/TYPE, ignoring case.
func ParseTypeKey(text string) TypeKey {
	source, kind, both := strings.Cut(strings.ToLower(text), "/")
	if !both {
		return TypeKey{Type: source}
	}
	return TypeKey{source, kind}
}

// NamedOverride is an Override together with its key in the configuration.
type NamedOverride struct {
	// Key is TYPE or SOURCE/TYPE as written in the configuration.
	Key string
	Override
}

// Expect holds an account's expectations. It is immutable. A nil *Expect expects
// nothing.
type Expect struct {
	General Expectation
	// Types holds the overrides set at this level. Those of below apply, too: accounts
	// share the general ones, which may be many.
	Types map[TypeKey]NamedOverride
	below *Expect
}

// With returns e with the given overrides on top. An override for a type always wins
// over a general one, whatever level it is set at.
func (e *Expect) With(general Override, types map[TypeKey]NamedOverride) *Expect {
	return &Expect{General: general.Over(e.General), Types: types, below: e}
}

// Of returns the expectation for a source's exports of one type.
func (e *Expect) Of(source, kind string) Expectation {
	if e == nil {
		return Expectation{}
	}
	source, kind = strings.ToLower(source), strings.ToLower(kind)
	everywhere, here := e.override(TypeKey{Type: kind}), e.override(TypeKey{source, kind})
	return here.Over(everywhere.Over(e.General))
}

// ExpectsData reports whether a maximum data age is set for any type.
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

// override returns the override for a key, merged over all levels.
func (e *Expect) override(key TypeKey) Override {
	if e == nil {
		return Override{}
	}
	o := e.below.override(key)
	o.add(e.Types[key].Override)
	return o
}

// Named returns the types that are configured for a source, as written and in order. It
// includes those configured for every source only if everywhere is set.
func (e *Expect) Named(source string, everywhere bool) []string {
	source = strings.ToLower(source)
	names := make(map[string]string) // keyed by lower-case name
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

// Same reports whether e and other have the same effect, at whatever level the values
// are set.
func (e *Expect) Same(other *Expect) bool {
	return e.General == other.General && reflect.DeepEqual(e.All(), other.All())
}

// All returns the overrides in force, merged over all levels.
func (e *Expect) All() map[TypeKey]NamedOverride {
	all := make(map[TypeKey]NamedOverride)
	e.each(func(key TypeKey, written string) { all[key] = NamedOverride{written, e.override(key)} })
	return all
}

// each calls tell for every configured key, lowest level first.
func (e *Expect) each(tell func(key TypeKey, written string)) {
	if e == nil {
		return
	}
	e.below.each(tell)
	for key, named := range e.Types {
		tell(key, named.Key)
	}
}
