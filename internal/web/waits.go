package web

import (
	"cmp"
	"slices"
	"time"

	"export_status_exporter/account"
)

// waits collects how long exports took from request to completion, by provider
// and type. It covers only exports that the provider still lists.
type waits struct{ took map[waitKey][]time.Duration }

type waitKey struct{ Provider, Type string }

// wait describes how long exports of one type take.
type wait struct {
	waitKey
	Count           int
	Median, Slowest time.Duration
}

func newWaits() *waits { return &waits{took: make(map[waitKey][]time.Duration)} }

func (w *waits) add(view *account.View) {
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
			key := waitKey{view.Provider, r.Type}
			w.took[key] = append(w.took[key], r.Completed.Sub(r.Created))
		}
	}
}

// of returns how long exports of a type take; Count is 0 if that is unknown.
func (w *waits) of(provider, kind string) wait {
	key := waitKey{provider, kind}
	took := w.took[key]
	if len(took) == 0 {
		return wait{waitKey: key}
	}
	slices.Sort(took)
	return wait{key, len(took), took[(len(took)-1)/2], took[len(took)-1]}
}

// all returns all types, slowest first.
func (w *waits) all() []wait {
	list := make([]wait, 0, len(w.took))
	for key := range w.took {
		list = append(list, w.of(key.Provider, key.Type))
	}
	slices.SortFunc(list, func(a, b wait) int {
		return cmp.Or(cmp.Compare(b.Median, a.Median), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Type, b.Type))
	})
	return list
}
