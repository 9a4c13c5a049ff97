package fleet

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// TestARetryThatHasEnded: a retry whose time ends before its first request fails because
// of that.
func TestARetryThatHasEnded(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	ctx := provider.WithRetry(ended)
	retry := provider.RetryOf(ctx)
	retry.Transport(func() provider.Transport { return nil }) // as WithRetry does at the end
	cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	way := &transport{build: func() *apiclient.Transport {
		t.Error("connections for a retry that has ended")
		return apiclient.ConfigureHTTP2(&http.Transport{})
	}}
	if answer, err := way.RoundTrip(request); !errors.Is(err, context.Canceled) {
		if err == nil {
			_ = answer.Body.Close()
		}
		t.Errorf("%v, want the end of the context", err)
	}
}
