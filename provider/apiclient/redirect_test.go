package apiclient_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"export_status_exporter/provider"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308} {
		for name, location := range map[string]string{
			"same host": "/reports", "another path": "/elsewhere", "another host": "", "not a URL": "http://[::1", "none": "-",
		} {
			t.Run(strconv.Itoa(status)+" "+name, func(t *testing.T) {
				t.Parallel()
				var strayed atomic.Int32
				other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
				t.Cleanup(other.Close)
				if location == "" {
					location = other.URL + "/reports"
				}
				var asked atomic.Int32
				r := serverRig(t, func(w http.ResponseWriter, _ *http.Request) {
					asked.Add(1)
					if location != "-" {
						w.Header().Set("Location", location)
					}
					w.WriteHeader(status)
				})
				failed := r.get(t.Context(), t)
				detail := "HTTP " + strconv.Itoa(status) + " " + http.StatusText(status)
				if status != http.StatusNotModified { // 304 has no target
					detail += ", a redirect, which is never followed"
				}
				r.want(t, failed, provider.ReasonMalformed, detail, status)
				if asked.Load() != 1 || strayed.Load() != 0 {
					t.Errorf("asked %d times, strayed %d times", asked.Load(), strayed.Load())
				}
			})
		}
	}
}
