package account_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"export_status_exporter/provider"
)

// canary stands for a secret: if it appears in any output, it has leaked.
func canary(t *testing.T) string {
	t.Helper()
	return rand.Text()
}

func contains(text, part string) bool { return strings.Contains(text, part) }

// panics answers with a panic.
func panics(value any) answer {
	return func(context.Context) (provider.Snapshot, error) { panic(value) }
}

// TestPanic: a panic in a provider is a failed source. Its stack is logged; its
// value is not, because it may hold anything.
func TestPanic(t *testing.T) {
	text := canary(t)
	var nobody *source
	for _, c := range []struct {
		name   string
		panics answer
		logged string // what the log says of the value
	}{
		{"text", panics("the key is " + text), "panic=string"},
		{"error", panics(errors.New(text)), "panic=*errors.errorString"},
		{"struct", panics(struct{ Key string }{text}), `panic="struct { Key string }"`},
		{"error around one of the runtime", panics(fmt.Errorf("%s: %w", text, runtimeError())), "index out of range [1] with length 0"},
		{"nil pointer", func(context.Context) (provider.Snapshot, error) {
			return provider.Snapshot{Missing: []string{nobody.name}}, nil
		}, "nil pointer dereference"},
		{"nothing", panics(nil), "panic called with nil argument"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bad, good := newSource("trades", c.panics), newSource("ledgers", gives())
				r := newRig(t, nil, bad, good)
				view := r.scrape()
				if got := view.Sources[0]; got.Up || !got.Refreshed || reasonOf(got) != provider.ReasonUnknown {
					t.Errorf("the source that panicked: %+v", got)
				}
				if got := view.Sources[1]; !got.Up {
					t.Errorf("the other source: %+v", got)
				}
				if r.logs.count("level=error", "provider panicked", c.logged, "canary_test.go", "account=treasury", "source=trades") != 1 {
					t.Errorf("the log does not say where:\n%s", r.logs)
				}
				if shown := r.logs.String() + view.Sources[0].Failure.Error(); contains(shown, text) {
					t.Errorf("the panic's value is shown:\n%s", shown)
				}
				wants(t, "a bug is not tried twice", 1, bad)
			})
		})
	}
}

// runtimeError is a panic of the runtime itself.
func runtimeError() (err error) {
	defer func() { err, _ = recover().(error) }()
	var none []int
	one := 1
	_ = none[one]
	return nil
}
