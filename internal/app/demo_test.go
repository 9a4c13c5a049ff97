package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
)

// TestTheDemoLives: the demo refreshes itself, prints once what to open, and
// its first export changes within 20 seconds.
func TestTheDemoLives(t *testing.T) {
	t.Parallel()
	r := rig.New(t)
	turn, told := make(chan struct{}), make(chan string, 2)
	r.Options.ConfigFile, r.Options.Demo = "", true
	r.Options.DemoReady = func(address string) { told <- address }
	r.Options.Sleep = func(ctx context.Context, _ time.Duration) error {
		select {
		case turn <- struct{}{}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r.Start()
	exports := func() string {
		_, body := r.Request(http.MethodGet, "/exports?format=json", nil)
		return body
	}
	if address := <-told; address != r.App.URL() {
		t.Errorf("told to open %s", address)
	}
	count := func() int {
		return strings.Count(exports(), `"status":"processing"`) + strings.Count(exports(), `"status": "processing"`)
	}
	before := count()
	r.Clock.Advance(20 * time.Second)
	<-turn // the first refresh is over, and the next one begins
	<-turn // so is that
	if after := count(); after <= before {
		t.Errorf("%d exports are processed, %d were: %s", after, before, exports())
	}
	if len(told) != 0 {
		t.Error("told twice")
	}
}
