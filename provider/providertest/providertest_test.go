package providertest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"export_status_exporter/provider"
	"export_status_exporter/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a testing.TB that collects failures instead of reporting them.
type recorder struct {
	testing.TB
	failures []string
}

func (*recorder) Helper() {}

func (r *recorder) Error(args ...any) { r.failures = append(r.failures, fmt.Sprint(args...)) }

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestCheckFetchFindsEveryBrokenPromise(t *testing.T) {
	t.Parallel()
	report := func(change func(*provider.Report)) provider.Snapshot {
		r := provider.Report{ID: "A", Status: provider.StatusReady, Progress: provider.Num(1), Created: Start()}
		change(&r)
		return provider.Snapshot{Reports: []provider.Report{r}}
	}
	for _, c := range []struct {
		name     string
		snapshot provider.Snapshot
		err      error
		failures int
	}{
		{"all is well", report(func(*provider.Report) {}), nil, 0},
		{"a failure", provider.Snapshot{}, &provider.Error{Reason: provider.ReasonAuth, Detail: "refused"}, 0},
		{"a failure without a word", provider.Snapshot{}, &provider.Error{Reason: provider.ReasonAuth}, 1},
		{"a failure of two lines", provider.Snapshot{}, &provider.Error{Reason: provider.ReasonAuth, Detail: "a\nb"}, 1},
		{"advice that is not UTF-8", provider.Snapshot{}, &provider.Error{Reason: provider.ReasonAuth, Detail: "a", Advice: "\xff"}, 1},
		{"a page that is said of the key", provider.Snapshot{}, &provider.Error{Reason: provider.ReasonAuth, Detail: "a", NotFromAPI: true}, 1},
		{"a gateway that is tried again", provider.Snapshot{}, &provider.Error{Reason: provider.ReasonUnavailable, Detail: "a", NotFromAPI: true, Gateway: true}, 1},
		{"an end of what is not over", report(func(r *provider.Report) { r.Status, r.Completed = provider.StatusProcessing, Start() }), nil, 1},
		{"a failure of what is ready", report(func(r *provider.Report) { r.Failed = Start() }), nil, 1},
		{"a stop", provider.Snapshot{}, fmt.Errorf("stop: %w", context.Canceled), 0},
		{"a failure of another type", provider.Snapshot{}, io.EOF, 1},
		{"a reason that is not on the list", provider.Snapshot{}, &provider.Error{Reason: "new"}, 1},
		{"no id", report(func(r *provider.Report) { r.ID = "" }), nil, 1},
		{"a long id", report(func(r *provider.Report) { r.ID = strings.Repeat("a", 129) }), nil, 1},
		{"a type that is not UTF-8", report(func(r *provider.Report) { r.Type = "\xff" }), nil, 1},
		{"a long format", report(func(r *provider.Report) { r.Format = strings.Repeat("a", 17) }), nil, 1},
		{"a status that is not in the set", report(func(r *provider.Report) { r.Status = 99 }), nil, 1},
		{"a word beside a known status", report(func(r *provider.Report) { r.ProviderStatus = "x" }), nil, 1},
		{"progress beyond 1", report(func(r *provider.Report) { r.Progress = provider.Num(1.1) }), nil, 1},
		{"progress that is no number", report(func(r *provider.Report) { r.Progress = provider.Num(math.NaN()) }), nil, 1},
		{"a value that is not known", report(func(r *provider.Report) { r.Rows = provider.Number{Value: 1} }), nil, 1},
		{"an endless count", report(func(r *provider.Report) { r.Rows = provider.Num(math.Inf(1)) }), nil, 1},
		{"a moment before 1970", report(func(r *provider.Report) { r.Created = time.Unix(-1, 0) }), nil, 1},
		{"an unknown window", provider.Snapshot{Quota: provider.Quota{RateLimits: []provider.RateLimit{{Window: "hour"}}}}, nil, 1},
		{"less than no requests", provider.Snapshot{Quota: provider.Quota{RateLimits: []provider.RateLimit{{Window: "day", Max: provider.Num(-1), Remaining: provider.Num(-1)}}}}, nil, 2},
		{"a balance that is no number", provider.Snapshot{Quota: provider.Quota{CreditsBalance: provider.Num(math.NaN())}}, nil, 1},
	} {
		r := &recorder{}
		CheckFetch(r, c.snapshot, c.err)
		if len(r.failures) != c.failures {
			t.Errorf("%s: %d failures, want %d: %v", c.name, len(r.failures), c.failures, r.failures)
		}
	}
}

func TestAPI(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	api := Answers(Answer{Body: "one"}, Answer{Err: broken}, Answer{Status: 404, Header: http.Header{"A": {"b"}}})
	for i, want := range []string{"200 one ", "", "404  b", "404  b"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.test/x?y=z", strings.NewReader(fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		response, err := api.RoundTrip(request)
		if want == "" {
			if !errors.Is(err, broken) {
				t.Errorf("request %d: error %v", i, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		if got := fmt.Sprintf("%d %s %s", response.StatusCode, text, response.Header.Get("A")); got != want || err != nil {
			t.Errorf("request %d: %s, %v, want %s", i, got, err, want)
		}
		_ = response.Body.Close()
	}
	asked := api.Asked()
	if len(asked) != 4 || asked[3].Body != "3" || asked[3].Method != http.MethodPost || asked[3].URL != "https://api.test/x?y=z" {
		t.Errorf("asked %v", asked)
	}
	whole, err := io.ReadAll((&Answer{Body: "x", Cut: true}).reader())
	if string(whole) != "x" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut after %q with %v", whole, err)
	}
	if len(JSON("1", "2").answers) != 2 {
		t.Error("a body is lost")
	}
}

func TestClockAndSecrets(t *testing.T) {
	t.Parallel()
	clock := NewClock(Start())
	deps := DepsAt(JSON("{}"), clock)
	clock.Set(Start().Add(-time.Hour))
	if got := deps.Now(); !got.Equal(Start().Add(-time.Hour)) {
		t.Errorf("now %s", got)
	}
	if one, two := Key(), Key(); one == two || secret.Base64(secret.New(one)) != nil || Ref("a").Value.Reveal() != "a" || Ref("").Value.Empty() {
		t.Error("keys are not random, or not keys")
	}
	set := Secrets(t, map[string]secret.Spec{"token": {Ref: Ref("a")}})
	if set.Values()["token"] != secret.New("a") {
		t.Error("another secret")
	}
	if got := File(t, "api.go"); !strings.HasPrefix(got, "// Package providertest") {
		t.Errorf("file %.40q", got)
	}
}

func TestObserver(t *testing.T) {
	t.Parallel()
	var o Observer
	o.Requested(200, time.Second)
	o.Failed(provider.ReasonAuth)
	o.CreditsUsed(2)
	o.ClockSkew(-time.Second)
	got := o.Seen()
	if len(got.Codes) != 1 || got.Codes[0] != 200 || got.Took[0] != time.Second || got.Failed[0] != provider.ReasonAuth ||
		got.Credits[0] != 2 || got.Skews[0] != -time.Second {
		t.Errorf("seen %+v", got)
	}
	got.Codes[0] = 500
	if o.Seen().Codes[0] != 200 {
		t.Error("what was seen can be changed")
	}
}
