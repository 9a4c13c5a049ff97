package definition

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

// TestItemsAreCharged: whatever the items are and however they are spread over pages, the
// memory that a refresh takes grows with their number.
func TestItemsAreCharged(t *testing.T) {
	t.Parallel()
	const (
		thousands = 8 // in all, of which four are free
		texts     = `report: {id: ".", status: "=r"}` + "\nstatuses: {ready: [r]}"
		lists     = `report: {id: "0", status: "=r"}` + "\nstatuses: {ready: [r]}"
		paged     = "\nnext: {page: p}"
	)
	objects := simple
	for _, c := range []struct {
		name, item, rest string
		pages            int
		taken            int64 // MiB
	}{
		{"texts", `"%d"`, texts, 1, 4},
		{"lists", `["%d"]`, lists, 1, 4},
		{"objects", `{"id":"%d","status":"r"}`, objects, 1, 4},
		{"texts in pages", `"%d"`, texts + paged, 8, 4},
		{"objects in pages", `{"id":"%d","status":"r"}`, objects + paged, 8, 4},
		{"with other objects", `{"id":"%d","status":"r","x":[{},{},{}]}`, objects + paged, 8, 4},
		{"with details", `{"id":"%d","status":"r"}`, objects + "\nget: {path: '/e/{id}', after_list: unfinished}", 1, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var pages []string
			for page := range c.pages {
				var items []string
				for i := range thousands << 10 / c.pages {
					items = append(items, fmt.Sprintf(c.item, page<<20+i))
				}
				pages = append(pages, `{"data":[`+strings.Join(items, ",")+`]}`)
			}
			if c.pages > 1 {
				pages = append(pages, `{"data":[]}`)
			}
			r := newRig(t, must(t, listed("{path: /e, items: data}", c.rest)), nil, answersOf(pages)...)
			share := provider.NewMemory(64 << 20).Share(1)
			snapshot, err := r.Fetch(provider.WithShare(t.Context(), share))
			providertest.CheckFetch(t, snapshot, err)
			if len(snapshot.Reports) != thousands<<10 {
				t.Errorf("%d reports, error %v", len(snapshot.Reports), err)
			}
			// The rest is for the texts.
			if got := share.Bytes() >> 20; got != c.taken {
				t.Errorf("%d MiB taken, want %d", got, c.taken)
			}
		})
	}
}

// TestDetailsAreReadAndForgotten: an answer about one export takes no memory afterwards,
// whatever else it holds.
func TestDetailsAreReadAndForgotten(t *testing.T) {
	t.Parallel()
	more := `,"more":[` + strings.Repeat("{},", 8<<10) + `{}]}`
	r := newRig(t, must(t, listed("{path: /e, items: data}", simple+"\nget: {path: '/e/{id}', after_list: unfinished}")), nil, answersOf([]string{
		`{"data":[{"id":"1","status":"q"},{"id":"2","status":"q"},{"id":"3","status":"q"}]}`,
		`{"id":"1","status":"r"` + more, `{"id":"2","status":"r"` + more, `{"id":"3","status":"r"}`,
	})...)
	share := provider.NewMemory(64 << 20).Share(1)
	if _, err := r.Fetch(provider.WithShare(t.Context(), share)); err != nil || share.Bytes() != 0 {
		t.Errorf("%d bytes taken, error %v", share.Bytes(), err)
	}
}

// TestTextsOfAnswersAreFreed: once an answer has begun, the texts of the one before take no
// memory, because they are not charged any more.
func TestTextsOfAnswersAreFreed(t *testing.T) { //nolint:paralleltest // It measures the memory of the process.
	text := strings.Repeat("\xff", 60000)
	many := strings.Repeat(`"next":"`+text+`",`, 20)
	api := &measured{API: providertest.JSON(`{`+many+`"data":[{"id":"1","status":"`+text+`"}],"next":"c"}`, `{"data":[]}`)}
	r := newRig(t, must(t, listed("{path: /e, items: data}", simple+"\nnext: {cursor: next, param: c}")), nil, body(""))
	r.Source = r.config.Sources(providertest.DepsAt(api, r.clock), r.secrets, r.seen)[0]
	if snapshot := r.must(t); len(snapshot.Reports) != 1 || len(api.live) != 2 {
		t.Fatalf("%d reports after %d answers", len(snapshot.Reports), len(api.live))
	}
	if grown := int(api.live[1]-api.live[0]) >> 20; grown > 0 {
		t.Errorf("%d MiB are left", grown)
	}
}

// measured is an API that measures the memory in use when the body of an answer is read.
type measured struct {
	*providertest.API
	live []int64
}

// RoundTrip implements http.RoundTripper.
func (m *measured) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := m.API.RoundTrip(request)
	if err == nil {
		answer.Body = &measuredBody{answer.Body, m, false}
	}
	return answer, err
}

type measuredBody struct {
	io.ReadCloser
	api   *measured
	begun bool
}

// Read implements io.Reader.
func (b *measuredBody) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		var now runtime.MemStats
		runtime.GC()
		runtime.GC() // what was in a pool
		runtime.ReadMemStats(&now)
		b.api.live = append(b.api.live, int64(now.HeapAlloc))
	}
	return b.ReadCloser.Read(p)
}
