package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/sandbox"
)

// TestCanaries: any of them is found wherever it stands, and nothing else.
func TestCanaries(t *testing.T) {
	c := newCanaries([]string{"12345678", "12345678-longer", "another secret"})
	for text, want := range map[string]int{
		"":                             -1,
		"1234567":                      -1,
		"another secre":                -1,
		"12345678":                     0,
		"x12345678":                    1,
		"so another secret is here":    3,
		"another secre12345678-longer": 13,
	} {
		if got := c.find([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// TestSandboxCanaries: all that the sandbox makes up can be found.
func TestSandboxCanaries(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	addAccounts(s, leastAccounts(), time.Unix(0, 0))
	words := s.Canaries()
	c := newCanaries(words)
	if len(words) == 0 {
		t.Fatal("no canaries")
	}
	for _, word := range words {
		if got := c.find([]byte("in a text: " + word)); got != 11 {
			t.Errorf("%.4s... is found at %d", word, got)
		}
	}
}

// TestLog: secrets, errors, and failures without a fault are findings.
func TestLog(t *testing.T) {
	var f findings
	l := newLogWatch(&f)
	l.canaries.Store(newCanaries([]string{"CANARY-CANARY"}))
	l.quiet["control"] = true
	for line, want := range map[string]string{
		`level=info msg=ready`: "",
		`level=warn provider=kraken account=other source=trades msg="refresh failed" reason=network`:    "",
		`level=warn provider=kraken account=control source=trades msg="refresh failed" reason=timeout `: "",
		`level=error msg="reload failed, keeping the old configuration" err="unknown key"`:              "",
		`level=warn provider=kraken account=control source=trades msg="refresh failed" reason=auth`:     "an account without a fault does not fail",
		`level=warn msg="refresh failed" reason=auth`:                                                   "a failed refresh tells its account",
		`level=error msg="configuration is wrong" problem="unknown key \"nonsense\""`:                   "",
		`level=error msg="configuration is wrong" problem="unknown key \"other\""`:                      "no error in the log",
		`level=error msg="metrics are incomplete"`:                                                      "no error in the log",
		`level=ERROR msg="something of the library"`:                                                    "no error in the log",
		`level=debug msg="CANARY-CANARY"`:                                                               "no secret in the log",
	} {
		f.kinds = nil
		if _, err := l.Write([]byte(line + "\n")); err != nil {
			t.Error(err)
		}
		got := strings.Join(f.list(), ";")
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
		if strings.Contains(got, "CANARY") {
			t.Errorf("the finding repeats the secret: %q", got)
		}
	}
	if failed, starved := l.counts(); failed != 4 || starved != 1 {
		t.Errorf("%d failed, %d starved, want 4 and 1", failed, starved)
	}
	if !l.everFailed("other") || l.everFailed("nobody") {
		t.Error("the accounts that failed are not known")
	}
}

// TestReloader: the configurations take turns, a broken one changes nothing, and
// a wrong answer is a finding.
func TestReloader(t *testing.T) {
	var f findings
	status := http.StatusOK
	file := filepath.Join(t.TempDir(), "config.yml")
	r := &reloader{file: file, findings: &f, both: [2]configuration{{content: []byte("a\n")}, {content: []byte("b\n")}}}
	var written []string
	r.post = func(context.Context) (int, string, error) {
		content, err := os.ReadFile(file)
		written = append(written, string(content))
		return status, "", err
	}
	r.step(t.Context(), false)
	r.step(t.Context(), false)
	r.again(t.Context())
	status = http.StatusInternalServerError
	r.step(t.Context(), true)
	if got, want := strings.Join(written, ""), "b\na\na\nb\nnonsense: true\n"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
	if current, epoch := r.now(); current != 0 || epoch != 4 || len(f.list()) > 0 {
		t.Errorf("current %d, epoch %d, findings %q", current, epoch, f.list())
	}
	r.step(t.Context(), false)
	if current, _ := r.now(); current != 0 || len(f.list()) != 1 {
		t.Errorf("a refused configuration counts: current %d, findings %q", current, f.list())
	}
	r.post = func(context.Context) (int, string, error) { return 0, "", errors.New("no connection") }
	r.again(t.Context())
	if got := f.list(); len(got) != 1 || !strings.Contains(got[0], "no connection") {
		t.Errorf("findings %q", got)
	}
}

// TestTroubles: every way to fail is among them.
func TestTroubles(t *testing.T) {
	seen := make(map[sandbox.FaultKind]bool)
	providers := sandbox.New(sandbox.Options{})
	for _, p := range sandbox.Providers() {
		for _, each := range troubles(providers.Facts(p), time.Unix(0, 0), "free text") {
			seen[each.Kind] = true
		}
	}
	for _, kind := range []sandbox.FaultKind{
		sandbox.FaultReset, sandbox.FaultSlowHeader, sandbox.FaultSlowBody, sandbox.FaultTruncatedBody,
		sandbox.FaultTruncatedJSON, sandbox.FaultGzipBomb, sandbox.FaultHugeBody, sandbox.FaultHTML,
		sandbox.FaultWrongTypes, sandbox.FaultWrongItemTypes, sandbox.FaultDeepNesting, sandbox.FaultEmptyBody,
		sandbox.FaultError, sandbox.FaultStatus, sandbox.FaultRedirect, sandbox.FaultClock, sandbox.FaultLatency,
	} {
		if !seen[kind] {
			t.Errorf("%s never occurs", kind)
		}
	}
}

// TestDirector: faults come and go, the control group has none, and those that
// last are few.
func TestDirector(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	begin := time.Unix(1_800_000_000, 0)
	members := addAccounts(s, 200, begin)
	d := newDirector(members, 1, "free text", begin)
	now := begin
	seen := make(map[string]bool)
	for range 20000 {
		before := len(d.active)
		d.step(now)
		if len(d.active) > before {
			seen[fmt.Sprint(d.active[len(d.active)-1].member.part)] = true
		}
		now = now.Add(100 * time.Millisecond)
	}
	if seen[fmt.Sprint(quiet)] || seen[fmt.Sprint(refused)] || len(seen) != 5 {
		t.Errorf("parts with faults: %v", seen)
	}
	if d.lasting < 1 || d.lasting > len(members)/50 {
		t.Errorf("%d faults last", d.lasting)
	}
	if d.switched < 1000 {
		t.Errorf("only %d faults", d.switched)
	}
	d.clear()
	if len(d.active) > 0 {
		t.Errorf("%d faults are left", len(d.active))
	}
}

// TestJudge: what the providers saw is judged.
func TestJudge(t *testing.T) {
	c := &course{sandbox: sandbox.New(sandbox.Options{}), begin: time.Now(), log: newLogWatch(nil), refusing: &refusing{}}
	c.log.refused["refused"] = true
	if _, err := c.log.Write([]byte(`level=warn account=refused msg="refresh failed" reason=network err=`)); err != nil {
		t.Error(err)
	}
	c.refusing.refused.Store(1) // and not two for one refresh
	if err := c.sandbox.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.sandbox.Close(); err != nil {
			t.Error(err)
		}
	})
	c.members = addAccounts(c.sandbox, leastAccounts(), c.begin)
	transport := &http.Transport{DisableKeepAlives: true}
	ask := func(m member, path string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.sandbox.URL(m.Provider())+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+m.Credentials().Token)
		reply, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = reply.Body.Close()
	}
	for _, m := range c.members {
		if m.Provider() == sandbox.OnlyFansAPI && m.part == quiet {
			for range 10 {
				ask(m, "/api/data-exports")
			}
			ask(m, "/api/whatever")
		}
	}
	c.judge()
	got := strings.Join(c.findings.list(), ";")
	for _, promise := range []string{
		"everybody is asked", "nobody is asked more often than configured",
		"only documented reads are sent", "providers take every request", "a refused stream harms no other",
	} {
		if !strings.Contains(got, promise+" (") {
			t.Errorf("%q is not found: %s", promise, got)
		}
	}
	if expected(sandbox.Kraken, "EAPI:Invalid nonce") || expected(sandbox.Kraken, "request timestamp expired") {
		t.Error("a refusal is expected")
	}
}

// TestPatients: who may be down at the end, and who may not.
func TestPatients(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	c := &course{log: newLogWatch(&findings{})}
	c.log.ever["failed"] = true
	until := func(d time.Duration) float64 { return float64(now.Add(d).Unix()) }
	shown := &answer{
		up: map[series]float64{
			{"well", "s"}: 1, {"failed", "long"}: 0, {"failed", "short"}: 0, {"failed", "none"}: 0, {"sound", "long"}: 0,
		},
		waits: map[series]float64{
			{"failed", "long"}: until(time.Minute), {"failed", "short"}: until(time.Second), {"sound", "long"}: until(time.Minute),
		},
	}
	waiting, ill := c.patients(shown, now)
	slices.SortFunc(ill, func(a, b series) int { return strings.Compare(a.account+a.source, b.account+b.source) })
	if want := []series{{"failed", "none"}, {"failed", "short"}, {"sound", "long"}}; waiting != 1 || !slices.Equal(ill, want) {
		t.Errorf("%d wait and %v are ill, want 1 and %v", waiting, ill, want)
	}
}
