package web

import (
	"cmp"
	"slices"
	"time"

	"export_status_exporter/account"
)

// durations collects how long exports took from request to completion, by
// provider and type. It covers only exports that the provider still lists.
type durations map[durationKey][]time.Duration

type durationKey struct{ Provider, Type string }

// typicalDuration describes how long exports of one type take.
type typicalDuration struct {
	durationKey
	Count           int
	Median, Slowest time.Duration
}

func (d durations) add(view *account.View) {
	for i := range view.Sources {
		snapshot := view.Sources[i].Snapshot
		if snapshot == nil {
			continue
		}
		for j := range snapshot.Reports {
			r := &snapshot.Reports[j]
			if r.Created.IsZero() || r.Completed.IsZero() || r.Completed.Before(r.Created) {
				continue
			}
			key := durationKey{view.Provider, r.Type}
			d[key] = append(d[key], r.Completed.Sub(r.Created))
		}
	}
}

// typical returns how long exports of a type take; Count is 0 if that is
// unknown.
func (d durations) typical(provider, kind string) typicalDuration {
	key := durationKey{provider, kind}
	took := d[key]
	if len(took) == 0 {
		return typicalDuration{durationKey: key}
	}
	slices.Sort(took)
	return typicalDuration{key, len(took), took[(len(took)-1)/2], took[len(took)-1]}
}

// all returns all types, slowest first.
func (d durations) all() []typicalDuration {
	list := make([]typicalDuration, 0, len(d))
	for key := range d {
		list = append(list, d.typical(key.Provider, key.Type))
	}
	slices.SortFunc(list, func(a, b typicalDuration) int {
		return cmp.Or(cmp.Compare(b.Median, a.Median), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Type, b.Type))
	})
	return list
}
