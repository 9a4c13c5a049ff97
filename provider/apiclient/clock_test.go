package apiclient_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/provider/providertest"
)

// stepRig returns a rig whose clock advances while the answer is in flight.
func stepRig(way time.Duration, given providertest.Answer) rig {
	clock := providertest.NewClock(providertest.Start())
	api := providertest.Answers(given)
	observer := &providertest.Observer{}
	deps := providertest.DepsAt(tripper(func(request *http.Request) (*http.Response, error) {
		clock.Set(clock.Now().Add(way))
		return api.RoundTrip(request)
	}), clock)
	return rig{apiclient.New(deps, observer, apiclient.API{Endpoints: endpoints()}), observer}
}

func TestClockSkew(t *testing.T) {
	t.Parallel()
	start := providertest.Start() // 2026-03-01 12:00:00
	for _, c := range []struct {
		name   string
		header http.Header
		server time.Time
		way    time.Duration
		want   []time.Duration
	}{
		{"nothing is told", http.Header{}, time.Time{}, 0, nil},
		{"no moment", http.Header{"Date": {"yesterday"}}, time.Time{}, 0, nil},
		{"centuries ahead", http.Header{"Date": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, time.Time{}, 0, nil},
		{"centuries behind", http.Header{"Date": {"Mon, 01 Jan 0001 00:00:00 GMT"}}, time.Time{}, 0, nil},
		// Half a second is added to a Date, which has whole seconds.
		{"the same", http.Header{"Date": {"Sun, 01 Mar 2026 12:00:00 GMT"}}, time.Time{}, 0, []time.Duration{time.Second / 2}},
		{"ahead", http.Header{"Date": {"Sun, 01 Mar 2026 12:01:00 GMT"}}, time.Time{}, 0, []time.Duration{60500 * time.Millisecond}},
		{"behind", http.Header{"Date": {"Sun, 01 Mar 2026 11:59:00 GMT"}}, time.Time{}, 0, []time.Duration{-59500 * time.Millisecond}},
		{"the way counts half", http.Header{"Date": {"Sun, 01 Mar 2026 12:00:02 GMT"}}, time.Time{}, 5 * time.Second, []time.Duration{0}},
		{"from a cache", http.Header{"Date": {"Sun, 01 Mar 2026 11:00:00 GMT"}, "Age": {"3600"}}, time.Time{}, 0, nil},
		{"the body knows better", http.Header{"Date": {"Sun, 01 Mar 2026 12:01:00 GMT"}}, start.Add(818 * time.Millisecond), 0, []time.Duration{818 * time.Millisecond}},
		{"the body knows, from a cache", http.Header{"Age": {"1"}}, start.Add(time.Second), 4 * time.Second, []time.Duration{-time.Second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 401} {
				r := stepRig(c.way, providertest.Answer{Status: status, Header: c.header, Body: "{}"})
				var skew time.Duration
				_ = r.Do(t.Context(), list(), func(response *apiclient.Response) error {
					response.SetServerTime(c.server)
					skew = response.Skew()
					if !response.OK() {
						return response.StatusError(true)
					}
					return nil
				})
				if got := r.seen.Seen().Skews; !slices.Equal(got, c.want) {
					t.Errorf("%d: observed %v, want %v", status, got, c.want)
				}
				if len(c.want) > 0 && skew != c.want[0] || len(c.want) == 0 && skew != 0 {
					t.Errorf("%d: skew %s", status, skew)
				}
			}
		})
	}
}

func TestClientReadsTheClockItWasGiven(t *testing.T) {
	t.Parallel()
	r := stepRig(1500*time.Millisecond, providertest.Answer{Body: "{}"})
	if !r.Now().Equal(providertest.Start()) {
		t.Errorf("now %s", r.Now())
	}
	var sent, received time.Time
	err := r.Do(t.Context(), list(), func(response *apiclient.Response) error {
		sent, received = response.Sent, response.Received
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !sent.Equal(providertest.Start()) || received.Sub(sent) != 1500*time.Millisecond {
		t.Errorf("sent %s, received %s", sent, received)
	}
	if got := r.seen.Seen().Took; !slices.Equal(got, []time.Duration{1500 * time.Millisecond}) {
		t.Errorf("took %v", got)
	}
}

func TestObserverIsToldOncePerRequest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer providertest.Answer
		codes  []int
		failed []provider.Reason
	}{
		{"good", providertest.Answer{Body: "{}"}, []int{200}, nil},
		{"created", providertest.Answer{Status: 201, Body: "{}"}, []int{201}, nil},
		{"refused", providertest.Answer{Status: 403, Body: "{}"}, []int{403}, []provider.Reason{provider.ReasonPermission}},
		{"odd", providertest.Answer{Body: "<"}, []int{200}, []provider.Reason{provider.ReasonMalformed}},
		{"no answer", providertest.Answer{Err: http.ErrHandlerTimeout}, []int{0}, []provider.Reason{provider.ReasonNetwork}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(providertest.Answers(c.answer))
			_ = r.get(t.Context(), t)
			seen := r.seen.Seen()
			if !slices.Equal(seen.Codes, c.codes) || !slices.Equal(seen.Failed, c.failed) {
				t.Errorf("told %v and %v, want %v and %v", seen.Codes, seen.Failed, c.codes, c.failed)
			}
			if len(seen.Credits) != 0 {
				t.Errorf("credits %v", seen.Credits)
			}
			if r.Observer() != r.seen {
				t.Error("another observer")
			}
		})
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	from := make(chan string, 6)
	r := serverRig(t, func(w http.ResponseWriter, request *http.Request) {
		from <- request.RemoteAddr
		answer(w, []int{1, 2, 3})
	})
	for range 3 {
		if failed := r.get(t.Context(), t); failed != nil {
			t.Fatal(failed)
		}
		// A decoder that reads nothing must not prevent reuse of the connection.
		if err := r.Do(t.Context(), list(), func(*apiclient.Response) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	first := <-from
	for range 5 {
		if next := <-from; next != first {
			t.Errorf("connections from %s and %s", first, next)
		}
	}
}
