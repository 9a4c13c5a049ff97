package faults

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/rig"
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
		{"a gateway's XML with 403", rig.Serves(403, "<?xml version=\"1.0\"?><Error/>"), provider.ReasonUnavailable, false},
		{"a gateway's text with 401", rig.Serves(401, "Access denied"), provider.ReasonUnavailable, false},
		{"a network's login", rig.Serves(511, "<html>"), provider.ReasonNetwork, false},
		{"a text with 200", rig.Serves(200, "Down for maintenance"), provider.ReasonMalformed, false},
		{"a page after a byte order mark", rig.Serves(200, "\ufeff<html>"), provider.ReasonMalformed, false},
		{"a byte order mark alone", rig.Serves(200, "\ufeff"), provider.ReasonMalformed, false},
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
		all = append(all, fault{"a gateway's JSON with 403", rig.Serves(http.StatusForbidden, `{"ray_id":"1"}`), provider.ReasonUnavailable, false})
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

// leastPairs is the minimum number of pairs of fault and provider, so none is
// lost unnoticed.
const leastPairs = 234

// TestFaults injects every fault into every provider, one of which uses an API
// definition. The scrape answers 200 with the one right reason, other accounts
// are unaffected, the last good reports stay until stale_after, memory is
// limited, and the next good answer ends the failure.
func TestFaults(t *testing.T) {
	t.Parallel()
	pairs := 0
	for _, p := range rig.Providers() {
		pairs += len(faultsOf(p))
		together := slices.DeleteFunc(faultsOf(p), tooLarge)
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			testFaults(t, p, together...)
		})
	}
	if pairs < leastPairs {
		t.Errorf("%d pairs of fault and provider, want at least %d", pairs, leastPairs)
	}
	t.Logf("%d pairs of fault and provider", pairs)
}

// TestFaultsThatAreTooLarge does the same with answers that are too large. It
// measures the memory of the process, so it must not run in parallel.
func TestFaultsThatAreTooLarge(t *testing.T) {
	for _, p := range rig.Providers() {
		for _, f := range faultsOf(p) {
			if tooLarge(f) {
				t.Run(string(p)+"/"+f.name, func(t *testing.T) { testFaults(t, p, f) })
			}
		}
	}
}

func tooLarge(f fault) bool { return f.reason == provider.ReasonTooLarge }

// allocated is what the process has allocated, in bytes.
func allocated() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.TotalAlloc
}

// patient is an account with a fault, and what it listed while it was healthy.
type patient struct {
	*sandbox.Account
	fault  fault
	listed []string
}

// reportsOf are the statuses of an account that are shown.
func reportsOf(s rig.Samples, a *sandbox.Account) []string {
	return s.With("export_status{", fmt.Sprintf("account=%q", a.Name()))
}

// newPatients starts the program with an account for each fault, none of which
// has begun, and one that stays well.
func newPatients(t *testing.T, r *rig.Rig, p sandbox.Provider, faults []fault) (patients []*patient, well *sandbox.Account) {
	t.Helper()
	const patience = "timeout: 2m" // a busy machine is not what is tested
	blocks := []string{"stale_after: 1h", "accounts:"}
	add := func(name, timeout string) *sandbox.Account {
		a := r.Sandbox.AddAccount(p, name)
		a.SetLimit(0)
		a.SetReports([]sandbox.Report{rig.Job(p, r.Clock.Now())})
		blocks = append(blocks, strings.TrimSuffix(a.Block(a.Credentials(), timeout, rig.SettingsOf(p)...), "\n"))
		return a
	}
	well = add("well", patience)
	for i, f := range faults {
		timeout := patience
		if f.slow {
			timeout = "timeout: 2s"
		}
		patients = append(patients, &patient{Account: add(fmt.Sprintf("sick-%d", i), timeout), fault: f})
	}
	r.Write(blocks...)
	r.Start()
	before := r.Scrape()
	for _, sick := range patients {
		if sick.listed = reportsOf(before, sick.Account); len(sick.listed) == 0 {
			t.Fatal("a healthy account lists nothing")
		}
	}
	return patients, well
}

func testFaults(t *testing.T, p sandbox.Provider, faults ...fault) {
	t.Helper()
	r := rig.New(t)
	patients, well := newPatients(t, r, p, faults)
	for _, sick := range patients {
		sick.SetFault(sick.fault.fault)
	}
	r.Clock.Advance(time.Minute)
	atFirst := allocated()
	during := r.Scrape()
	if grown := allocated() - atFirst; tooLarge(faults[0]) && grown > 1<<30 {
		t.Errorf("the scrape allocated %d MiB", grown>>20)
	}
	r.Clock.Advance(2 * time.Hour) // beyond every wait, and beyond stale_after
	stale := r.Scrape()
	for _, sick := range patients {
		sick.ClearFault()
	}
	r.Clock.Advance(7 * time.Hour)
	after := r.Scrape()
	source := rig.SourceOf(p)
	up := func(a *sandbox.Account) string { return rig.SourceKey("export_source_up", p, a.Name(), source) }
	during.Want(t, up(well), 1)
	if len(reportsOf(stale, well)) == 0 {
		t.Error("the account without a fault lost its reports")
	}
	for _, sick := range patients {
		t.Run(sick.fault.name, func(t *testing.T) {
			if got := during.Reasons(sick.Name(), source); !slices.Equal(got, []string{string(sick.fault.reason)}) {
				t.Errorf("reasons = %v, want %s; log:\n%s", got, sick.fault.reason, rig.LinesOf(r.Log.String(), sick.Name()))
			}
			during.Want(t, up(sick.Account), 0)
			if got := reportsOf(during, sick.Account); !slices.Equal(got, sick.listed) {
				t.Errorf("the last good reports are gone: %v", got)
			}
			if got := reportsOf(stale, sick.Account); len(got) > 0 {
				t.Errorf("stale reports are shown: %v", got)
			}
			after.Want(t, up(sick.Account), 1)
			if got := after.Reasons(sick.Name(), source); len(got) > 0 {
				t.Errorf("still failing after a good answer: %v", got)
			}
			if got := reportsOf(after, sick.Account); !slices.Equal(got, sick.listed) {
				t.Errorf("reports did not come back: %v", got)
			}
		})
	}
	r.CheckQuiet()
}
