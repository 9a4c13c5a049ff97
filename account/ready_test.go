package account_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// took is one call of Options.ObserveReady.
type took struct {
	Type  string
	After time.Duration
}

// listening is a rig with one source that records the calls of
// Options.ObserveReady.
func listening(t *testing.T, script ...answer) (*rig, *source, *[]took) {
	t.Helper()
	heard := new([]took)
	s := newSource("trades", script...)
	r := newRig(t, func(o *account.Options) {
		o.ObserveReady = func(kind string, after time.Duration) { *heard = append(*heard, took{kind, after}) }
	}, s)
	return r, s, heard
}

// export is a report that was requested ten minutes ago. If it is ready, it was
// completed just now.
func export(id string, status provider.Status) provider.Report {
	r := provider.Report{ID: id, Type: "type-" + id, Status: status, Created: time.Now().Add(-10 * time.Minute)}
	if status == provider.StatusReady {
		r.Completed = time.Now()
	}
	return r
}

// TestObserveReady: ObserveReady is called once for each report when it becomes
// ready, with the provider's own times. It is not called for reports that were
// ready in the first answer.
func TestObserveReady(t *testing.T) {
	const queued, ready, failed, expired = provider.StatusQueued, provider.StatusReady, provider.StatusFailed, provider.StatusExpired
	wasReady := func(r provider.Report) provider.Report {
		r.Status, r.WasReady, r.Completed = expired, true, r.Created.Add(time.Minute)
		return r
	}
	without := func(r provider.Report, change func(*provider.Report)) provider.Report {
		change(&r)
		return r
	}
	type reports = []provider.Report
	once := []took{{"type-a", 10 * time.Minute}}
	for name, c := range map[string]struct {
		// Each function runs at its refresh, one per minute, so its reports
		// have times of their own.
		looks []func() reports
		want  []took
	}{
		"ready at the first look": {[]func() reports{
			func() reports { return reports{export("a", ready)} }, func() reports { return reports{export("a", ready)} },
		}, nil},
		"seen to become ready": {[]func() reports{
			func() reports { return reports{export("a", queued), export("b", ready)} },
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{export("a", ready)} },
			func() reports { return reports{export("a", ready)} },
		}, once},
		"ready, then not, then again": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{export("a", ready)} },
			func() reports { return reports{export("a", failed)} },
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{export("a", ready)} },
		}, once},
		"ready at the first look, then not, then again": {[]func() reports{
			func() reports { return reports{export("a", ready)} },
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{export("a", ready)} },
		}, nil},
		"begun and ended between two looks": {[]func() reports{
			func() reports { return reports{export("b", ready)} },
			func() reports { return reports{export("b", ready), export("a", ready)} },
		}, once},
		"came into the list, and was ready long ago": {[]func() reports{
			func() reports { return nil },
			func() reports {
				return reports{without(export("a", ready), func(r *provider.Report) { r.Completed = time.Now().Add(-5 * time.Minute) })}
			},
		}, nil},
		"vanished and came back": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{export("a", ready)} },
			func() reports { return nil },
			func() reports { return nil },
			func() reports {
				return reports{without(export("a", ready), func(r *provider.Report) { r.Completed = time.Now().Add(-3 * time.Minute) })}
			},
		}, once},
		"ready and expired between two looks": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{wasReady(export("a", queued))} },
		}, []took{{"type-a", time.Minute}}},
		"expired, and never ready": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports { return reports{export("a", expired)} },
		}, nil},
		"without a creation": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports {
				return reports{without(export("a", ready), func(r *provider.Report) { r.Created = time.Time{} })}
			},
		}, nil},
		"without a completion": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports {
				return reports{without(export("a", ready), func(r *provider.Report) { r.Completed = time.Time{} })}
			},
		}, nil},
		"completed before its request": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports {
				return reports{without(export("a", ready), func(r *provider.Report) { r.Completed = r.Created.Add(-1) })}
			},
		}, nil},
		"at once": {[]func() reports{
			func() reports { return reports{export("a", queued)} },
			func() reports {
				return reports{without(export("a", ready), func(r *provider.Report) { r.Completed = r.Created })}
			},
		}, []took{{"type-a", 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, s, heard := listening(t, gives())
				for _, look := range c.looks {
					s.answers(gives(look()...))
					r.scrape()
					wait(t, time.Minute)
				}
				r.Stop()
				if diff := cmp.Diff(c.want, *heard); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestTookAcrossFailures: a report that became ready while the source failed
// counts after the recovery.
func TestTookAcrossFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, s, heard := listening(t, gives(export("a", provider.StatusQueued)))
		r.scrape()
		s.answers(fails(provider.ReasonUnavailable))
		for range 3 {
			wait(t, time.Hour)
			r.scrape()
		}
		s.answers(gives(export("a", provider.StatusReady), export("b", provider.StatusReady)))
		wait(t, time.Hour)
		r.scrape()
		r.Stop()
		if diff := cmp.Diff([]took{{"type-a", 10 * time.Minute}, {"type-b", 10 * time.Minute}}, *heard); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
