package apiclient_test

import (
	"io"
	"net/http"
	"strconv"
	"testing"

	"export_status_exporter/provider"
)

// TestHeadersAreCounted: an answer with very many headers is not read, because they would
// stay in memory as long as the server sends a body.
func TestHeadersAreCounted(t *testing.T) {
	t.Parallel()
	for count, works := range map[int]bool{150: true, 10_000: false} {
		r := serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
			for i := range count {
				w.Header()["X"+strconv.Itoa(i)] = []string{""}
			}
			_, _ = io.WriteString(w, "{}")
		})
		failed := r.get(t.Context(), t)
		if !works {
			r.want(t, failed, provider.ReasonMalformed, "an answer with more than 200 headers", http.StatusOK)
		} else if failed != nil {
			t.Errorf("%d headers: %v", count, failed)
		}
	}
}
