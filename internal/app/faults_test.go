package app_test

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
	"export_status_exporter/provider"
)

// fault is an injected fault and the expected reason.
type fault struct {
	name   string
	fault  sandbox.Fault
	reason provider.Reason
	// slow means that the fault ends only with the refresh's timeout, so the
	// faulty account gets a short one.
	slow bool
}

// commonFaults are the faults that are the same for every provider.
func commonFaults() []fault {
	status := func(code int, header http.Header) sandbox.Fault {
		return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code, Header: header}
	}
	return []fault{
		{"reset", sandbox.Fault{Kind: sandbox.FaultReset}, provider.ReasonNetwork, false},
		{"slow header", sandbox.Fault{Kind: sandbox.FaultSlowHeader}, provider.ReasonTimeout, true},
		{"slow body", sandbox.Fault{Kind: sandbox.FaultSlowBody}, provider.ReasonTimeout, true},
		{"truncated body", sandbox.Fault{Kind: sandbox.FaultTruncatedBody}, provider.ReasonNetwork, false},
		{"truncated JSON", sandbox.Fault{Kind: sandbox.FaultTruncatedJSON}, provider.ReasonMalformed, false},
		{"gzip bomb", sandbox.Fault{Kind: sandbox.FaultGzipBomb}, provider.ReasonTooLarge, false},
		{"300 MiB", sandbox.Fault{Kind: sandbox.FaultHugeBody}, provider.ReasonTooLarge, false},
		{"HTML with 200", sandbox.Fault{Kind: sandbox.FaultHTML}, provider.ReasonMalformed, false},
		{"HTML with 503", sandbox.Fault{Kind: sandbox.FaultHTML, Status: 503}, provider.ReasonUnavailable, false},
		{"wrong JSON types", sandbox.Fault{Kind: sandbox.FaultWrongTypes}, provider.ReasonMalformed, false},
		{"deep nesting", sandbox.Fault{Kind: sandbox.FaultDeepNesting}, provider.ReasonMalformed, false},
		{"empty body", sandbox.Fault{Kind: sandbox.FaultEmptyBody}, provider.ReasonMalformed, false},
		{"redirect to another host", sandbox.Fault{Kind: sandbox.FaultRedirect}, provider.ReasonMalformed, false},
		{"401", status(http.StatusUnauthorized, nil), provider.ReasonAuth, false},
		{"402", status(http.StatusPaymentRequired, nil), provider.ReasonPaymentRequired, false},
		{"403", status(http.StatusForbidden, nil), provider.ReasonPermission, false},
		{"404", status(http.StatusNotFound, nil), provider.ReasonNotFound, false},
		{"422", status(http.StatusUnprocessableEntity, nil), provider.ReasonInvalidRequest, false},
		{"429", status(http.StatusTooManyRequests, nil), provider.ReasonRateLimited, false},
		{"429 with a hint", status(http.StatusTooManyRequests, http.Header{"Retry-After": {"120"}}), provider.ReasonRateLimited, false},
		{"500", status(http.StatusInternalServerError, nil), provider.ReasonUnavailable, false},
		{"304", status(http.StatusNotModified, nil), provider.ReasonMalformed, false},
		{"a gateway's page with 401", sandbox.Fault{Kind: sandbox.FaultHTML, Status: 401}, provider.ReasonUnavailable, false},
		{"a gateway's page with 403", sandbox.Fault{Kind: sandbox.FaultHTML, Status: 403}, provider.ReasonUnavailable, false},
		{"a gateway's page with 404", sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404}, provider.ReasonNotFound, false},
		{"a gateway's page with 451", sandbox.Fault{Kind: sandbox.FaultHTML, Status: 451}, provider.ReasonUnavailable, false},
		{"a gateway's XML with 403", serves(403, "<?xml version=\"1.0\"?><Error/>"), provider.ReasonUnavailable, false},
		{"a gateway's text with 401", serves(401, "Access denied"), provider.ReasonUnavailable, false},
		{"a network's login", serves(511, "<html>"), provider.ReasonNetwork, false},
		{"a text with 200", serves(200, "Down for maintenance"), provider.ReasonMalformed, false},
		{"a page after a byte order mark", serves(200, "\ufeff<html>"), provider.ReasonMalformed, false},
		{"a byte order mark alone", serves(200, "\ufeff"), provider.ReasonMalformed, false},
		{"hints twice", status(http.StatusTooManyRequests, http.Header{"Retry-After": {"5", "1800"}}), provider.ReasonRateLimited, false},
		{"hints in one header", status(http.StatusServiceUnavailable, http.Header{"Retry-After": {"30, 30"}}), provider.ReasonUnavailable, false},
	}
}

// faultsOf are all faults of one provider.
func faultsOf(p sandbox.Provider) []fault {
	all := commonFaults()
	texts := catalogues()[p]
	for text, reason := range texts {
		code := http.StatusUnauthorized
		if p == sandbox.Kraken || p == sandbox.KrakenFutures { // their errors come with 200
			code = http.StatusOK
		}
		all = append(all, fault{text, sandbox.Fault{Kind: sandbox.FaultError, Status: code, Errors: []string{text}}, reason, false})
	}
	if p != sandbox.Stripe { // a definition takes any JSON for the API's own
		all = append(all, fault{"a gateway's JSON with 403", serves(http.StatusForbidden, `{"ray_id":"1"}`), provider.ReasonUnavailable, false})
	}
	if p == sandbox.KrakenFutures {
		all = append(all, fault{
			"429 with rate-limit-reset",
			sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Header: http.Header{"Rate-Limit-Reset": {"90"}}},
			provider.ReasonRateLimited, false,
		})
	}
	return all
}

// factsOf are what a provider's API is like.
func factsOf(p sandbox.Provider) sandbox.Facts {
	s := sandbox.New(sandbox.Options{})
	s.Define(sandbox.StripeAPI())
	facts := s.Facts(p)
	if p == sandbox.Stripe { // whose definition names its source and type
		facts.Sources, facts.Types = []string{"report_runs"}, [2]string{"balance.summary.1"}
	}
	return facts
}

// sourceOf is the source of a provider that is looked at.
func sourceOf(p sandbox.Provider) string { return factsOf(p).Sources[0] }

// settingsOf configures one source only, so a fault hits one call.
func settingsOf(p sandbox.Provider) []string {
	switch p {
	case sandbox.Kraken:
		return []string{"reports: [trades]"}
	case sandbox.KrakenFutures:
		return []string{"streams: [account_log]"}
	default:
		return nil
	}
}

// job is a report that is ready, or what a provider without jobs lists.
func job(p sandbox.Provider, now time.Time) sandbox.Report {
	facts := factsOf(p)
	if facts.Words[2] == "" {
		return sandbox.Report{Type: facts.Types[0], Created: now.Add(-time.Hour)}
	}
	return sandbox.Report{
		ID: "JOBX", Type: facts.Types[0], Status: facts.Words[2], Created: now.Add(-time.Hour), Completed: now.Add(-50 * time.Minute),
		DataStart: now.Add(-24 * time.Hour), DataEnd: now.Add(-time.Hour), Expires: now.Add(240 * time.Hour),
	}
}

// leastPairs is the minimum number of pairs of fault and provider, so none is
// lost unnoticed.
const leastPairs = 234

// TestFaults injects every fault into every provider, one of which uses an API
// definition. The scrape answers 200 with the one right reason, other accounts
// are unaffected, the last good reports stay until stale_after, memory is
// limited, and the next good answer ends the failure.
func TestFaults(t *testing.T) {
	pairs := 0
	slow := make(map[string][]sandbox.Provider)
	for _, p := range providers() {
		for _, f := range faultsOf(p) {
			pairs++
			if f.slow {
				slow[f.name] = append(slow[f.name], p)
				continue
			}
			t.Run(string(p)+"/"+f.name, func(t *testing.T) {
				// This measures the memory of the process, so it must not run
				// in parallel.
				if f.reason != provider.ReasonTooLarge {
					t.Parallel()
				}
				testFault(t, f, p)
			})
		}
	}
	for _, f := range commonFaults() {
		if f.slow {
			t.Run(f.name, func(t *testing.T) { // all providers at once: each is waited for
				t.Parallel()
				testFault(t, f, slow[f.name]...)
			})
		}
	}
	if pairs < leastPairs {
		t.Errorf("%d pairs of fault and provider, want at least %d", pairs, leastPairs)
	}
	t.Logf("%d pairs of fault and provider", pairs)
}

// allocated is what the process has allocated, in bytes.
func allocated() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.TotalAlloc
}

// ward holds the accounts of one provider, one of which gets the faults.
type ward struct {
	provider   sandbox.Provider
	sick, well *sandbox.Account
	source     string
	listed     []string // of the sick one while it was well
}

func (w *ward) reports(s samples, a *sandbox.Account) []string {
	return s.with("export_status{", fmt.Sprintf("account=%q", a.Name()))
}

func (w *ward) up(t *testing.T, s samples, a *sandbox.Account, want float64) {
	t.Helper()
	s.want(t, sourceKey("export_source_up", w.provider, a.Name(), w.source), want)
}

// newWards starts the program with a ward for each provider.
func newWards(t *testing.T, r *rig, f fault, providers []sandbox.Provider) (wards []*ward) {
	t.Helper()
	const timeout = "timeout: 2m" // a busy machine is not what is tested
	ofSick := timeout
	if f.slow {
		ofSick = "timeout: 2s"
	}
	blocks := []string{timeout, "stale_after: 1h", "accounts:"}
	for _, p := range providers {
		w := &ward{p, r.sandbox.AddAccount(p, "sick-"+string(p)), r.sandbox.AddAccount(p, "well-"+string(p)), sourceOf(p), nil}
		for _, a := range []*sandbox.Account{w.sick, w.well} {
			a.SetLimit(0)
			a.SetReports([]sandbox.Report{job(p, r.clock.Now())})
		}
		blocks = append(blocks, strings.TrimSuffix(w.sick.Block(w.sick.Credentials(), ofSick, settingsOf(p)...), "\n"), r.account(w.well, settingsOf(p)...))
		wards = append(wards, w)
	}
	r.write(blocks...)
	r.start()
	before := r.scrape()
	for _, w := range wards {
		if w.listed = w.reports(before, w.sick); len(w.listed) == 0 {
			t.Fatal("the healthy account lists nothing")
		}
	}
	return wards
}

func testFault(t *testing.T, f fault, providers ...sandbox.Provider) {
	t.Helper()
	r := newRig(t)
	wards := newWards(t, r, f, providers)
	for _, w := range wards {
		w.sick.SetFault(f.fault)
	}
	r.clock.Advance(time.Minute)
	atFirst := allocated()
	during := r.scrape()
	if grown := allocated() - atFirst; f.reason == provider.ReasonTooLarge && grown > 1<<30 {
		t.Errorf("the scrape allocated %d MiB", grown>>20)
	}
	r.clock.Advance(2 * time.Hour) // beyond every wait, and beyond stale_after
	stale := r.scrape()
	for _, w := range wards {
		w.sick.ClearFault()
	}
	r.clock.Advance(7 * time.Hour)
	after := r.scrape()
	for _, w := range wards {
		if got := during.reasons(w.sick.Name(), w.source); !slices.Equal(got, []string{string(f.reason)}) {
			t.Errorf("%s: reasons = %v, want %s; log:\n%s", w.provider, got, f.reason, r.log)
		}
		w.up(t, during, w.sick, 0)
		w.up(t, during, w.well, 1)
		if got := w.reports(during, w.sick); !slices.Equal(got, w.listed) {
			t.Errorf("%s: the last good reports are gone: %v", w.provider, got)
		}
		if got := w.reports(stale, w.sick); len(got) > 0 {
			t.Errorf("%s: stale reports are shown: %v", w.provider, got)
		}
		if got := w.reports(stale, w.well); len(got) == 0 {
			t.Errorf("%s: the other account lost its reports", w.provider)
		}
		w.up(t, after, w.sick, 1)
		if got := after.reasons(w.sick.Name(), w.source); len(got) > 0 {
			t.Errorf("%s: still failing after a good answer: %v", w.provider, got)
		}
		if got := w.reports(after, w.sick); !slices.Equal(got, w.listed) {
			t.Errorf("%s: reports did not come back: %v", w.provider, got)
		}
	}
	r.checkQuiet()
}

func sourceKey(name string, p sandbox.Provider, account, source string) string {
	return fmt.Sprintf(`%s{account=%q,provider=%q,source=%q}`, name, account, p, source)
}

// checkQuiet fails if the exporter sent anything but reads, or showed a secret.
func (r *rig) checkQuiet() {
	r.t.Helper()
	if got := r.sandbox.Violations(); len(got) > 0 {
		r.t.Errorf("more than reads: %v", got)
	}
	log := r.log.String()
	for _, canary := range append(r.sandbox.Canaries(), "CANARY") {
		if strings.Contains(log, canary) {
			r.t.Errorf("the log tells a secret or a personal value: %.8s...", canary)
		}
	}
}
