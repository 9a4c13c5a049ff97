package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestPagesAreMadeInTurn checks that one page is made at a time, that the next is made
// after it, and that a page whose client has left while it waited is not made.
func TestPagesAreMadeInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLane(4, 1<<20, "full", time.Minute, newConnLimiter(10, 10))
		began, proceed := make(chan string, 4), make(chan struct{})
		handler := l.inTurn(func(_ http.ResponseWriter, r *http.Request) {
			began <- r.URL.Path
			<-proceed
		})
		var all sync.WaitGroup
		request := func(ctx context.Context, path string) {
			all.Go(func() {
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
			})
			synctest.Wait()
		}
		request(t.Context(), "/first")
		leaving, leave := context.WithCancel(t.Context())
		request(leaving, "/left")
		leave()
		synctest.Wait()
		request(t.Context(), "/second")
		if len(began) != 1 {
			t.Fatalf("%d pages are made at once", len(began))
		}
		close(proceed)
		all.Wait()
		close(began)
		var made []string
		for path := range began {
			made = append(made, path)
		}
		if len(made) != 2 || made[0] != "/first" || made[1] != "/second" {
			t.Errorf("made %v", made)
		}
	})
}
