package memory

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"export_status_exporter/internal/blackbox"
	"export_status_exporter/provider"
)

func TestMain(m *testing.M) { os.Exit(blackbox.Main(m, "../../..", 3)) }

// body writes the body of an answer. None is in memory as a whole.
type body func(*bufio.Writer)

// packed is a body as it goes over the wire.
func packed(t *testing.T, write body) []byte {
	t.Helper()
	var b bytes.Buffer
	packer, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(packer, 32<<10)
	write(w)
	if err := errors.Join(w.Flush(), packer.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// items is a list of n small items between a begin and an end. An item has its
// number between the two parts of item.
func items(begin string, item [2]string, n int, end string) body {
	return func(w *bufio.Writer) {
		_, _ = w.WriteString(begin)
		first := item[0]
		var number []byte
		for i := range n {
			number = strconv.AppendInt(number[:0], int64(i), 10)
			_, _ = w.WriteString(first)
			_, _ = w.Write(number)
			_, _ = w.WriteString(item[1])
			first = "," + item[0]
		}
		_, _ = w.WriteString(end)
	}
}

// repeated is a text n times between a begin and an end.
func repeated(begin, text string, n int, end string) body {
	return func(w *bufio.Writer) {
		_, _ = w.WriteString(begin)
		const some = 1000
		for many := strings.Repeat(text, some); n >= some; n -= some {
			_, _ = w.WriteString(many)
		}
		_, _ = w.WriteString(strings.Repeat(text, n) + end)
	}
}

// answering is a provider that answers every request with the same bytes, but
// for those of the account with the key or token "small".
func answering(t *testing.T, write body) string {
	t.Helper()
	large := packed(t, write)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer small-token-of-the-test" {
			_, _ = w.Write([]byte(`{"data":[{"id":"one","status":"completed"}]}`))
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(large)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// answer is the body of an answer, with the settings of an account that gets it.
type answer struct {
	name, account string
	body          body
}

// hostile are answers that are small on the wire and large in memory.
func hostile() []answer {
	const (
		list   = `onlyfansapi: {base_url: "URL", token: token-of-account-%d}`
		kraken = `kraken: {base_url: "URL", api_key: key-of-account-%[1]d, api_secret: c2VjcmV0LW9mLXRoZS10ZXN0LW9mLW1lbW9yeQ==}`
		fund   = `coinbase_exchange: {base_url: "URL", api_key: key-of-account-%[1]d, api_secret: c2VjcmV0LW9mLXRoZS10ZXN0LW9mLW1lbW9yeQ==, passphrase: phrase-of-the-test}`
		stripe = `stripe: {base_url: "URL", token: token-of-account-%d}`
		texts  = `texts: {base_url: "URL", token: token-of-account-%d}`
	)
	const large = 8<<20 - 1<<10
	// Those that take long come first, so that none is left over in the end.
	return []answer{
		{"by a definition", stripe, items(`{"data":[`, [2]string{`{"id":"id-`, `","status":"pending"}`}, 100_000, `]}`)},
		{"texts by a definition", texts, items(`[`, [2]string{`"id-`, `"`}, 100_000, `]`)},
		{"too many items", list, items(`{"data":[`, [2]string{`{"id":"`, `"}`}, large/17, `]}`)},
		{"100,000 in a page", fund, items(`[`, [2]string{`{"id":"`, `","status":"ready"}`}, 100_000, `]`)},
		{"one long id", list, repeated(`{"data":[{"id":"`, "i", large, `","status":"completed"}]}`)},
		{"100,000 items", list, oneLargeList()},
		{"many listed exports", list, longest(1000)},
		{"8 MiB of colons", kraken, repeated(`{"error":["E`, ":", large, `"]}`)},
		{"a deep definition", stripe, repeated(`{"data":[{"id":"a","status":"pending","x":[`, `[],{},`, large/6-20, `0]}]}`)},
	}
}

// definition is an API whose exports are texts.
const definition = `apis:
  texts:
    url: https://api.test
    auth: bearer
    sources:
      names:
        list: {path: /}
        report: {id: ., status: "=ready"}
        statuses: {ready: [ready]}
`

// oneLargeList is an answer of OnlyFansAPI with 100,000 exports.
func oneLargeList() body {
	return items(`{"data":[`, [2]string{`{"id":"id-`, `","status":"completed"}`}, 100_000, `]}`)
}

// longest is an answer of OnlyFansAPI with n exports whose texts are as long as
// labels may be, and cannot be compressed well.
func longest(n int) body {
	return func(w *bufio.Writer) {
		random := rand.New(rand.NewPCG(1, 2))
		text := func(size int) string {
			b := make([]byte, size)
			for i := range b {
				b[i] = '!' + byte(random.IntN('~'-'!'))
			}
			return string(b)
		}
		separator := `{"data":[`
		for range n {
			_, _ = fmt.Fprintf(w, `%s{"id":%q,"type":%q,"status":%q,"file_type":%q,"created_at":"2026-01-31T00:00:00Z","completed_at":"2026-01-31T00:01:00Z","total_rows":9,"credit_cost":5}`,
				separator, text(provider.MaxReportIDBytes), text(provider.MaxTypeBytes), text(provider.MaxStatusWordBytes), text(provider.MaxFormatBytes))
			separator = ","
		}
		_, _ = w.WriteString(`]}`)
	}
}

// most is how much memory the chart gives, in MiB.
const most = 256

// TestMemory: with the memory that the chart gives, no answers of 20 accounts
// take the process beyond it, whoever asks for them and does not read, and a
// small one among them is shown.
func TestMemory(t *testing.T) {
	t.Parallel()
	for _, c := range hostile() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := answering(t, c.body)
			got := beside(func() int { return peak(t, c.account, url) })
			if got >= most {
				// The collector had to share the processor with other cases.
				t.Logf("it took %d MiB beside others", got)
				got = alone(func() int { return peak(t, c.account, url) })
			}
			if got >= most {
				t.Errorf("it took %d MiB", got)
			} else {
				t.Logf("it took %d MiB", got)
			}
		})
	}
}

// processor is held by all that run beside each other, or by one alone.
var processor sync.RWMutex

func beside(measure func() int) int {
	processor.RLock()
	defer processor.RUnlock()
	return measure()
}

func alone(measure func() int) int {
	processor.Lock()
	defer processor.Unlock()
	return measure()
}

// peak is how much memory a program took whose accounts got such answers, in MiB.
func peak(t *testing.T, account, url string) int {
	t.Helper()
	var b strings.Builder
	// The small answer needs no memory, and its turn on a busy machine.
	b.WriteString("refresh_interval: 1ms\ntimeout: 9s\nmax_age: 100000h\n" + definition + "accounts:\n")
	for i := range 20 {
		fmt.Fprintf(&b, "  - name: account-%d\n    timeout: 3s\n    %s\n", i, strings.Replace(fmt.Sprintf(account, i), "URL", url, 1))
	}
	fmt.Fprintf(&b, "  - name: small\n    onlyfansapi: {base_url: %q, token: small-token-of-the-test}\n", url)
	p := blackbox.Start(t, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Environ(), "GOMEMLIMIT=230MiB") },
		"--config.file="+blackbox.Put(t, t.TempDir(), "config.yml", b.String()))
	defer p.Kill()
	p.AwaitHealthy()
	for range 2 {
		p.Deaf(30, "/metrics")
		if body := scrape(t, p); !strings.Contains(body, `export_source_up{account="small",provider="onlyfansapi",source="data_exports"} 1`) {
			t.Error("the small answer is not shown")
		}
	}
	return p.Peak()
}

// scrape returns the metrics as soon as fewer scrapes than --web.max-requests are
// in progress.
func scrape(t *testing.T, p *blackbox.Program) string {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(blackbox.Patience); ; <-tick.C {
		body, err := p.Request(http.MethodGet, "/metrics")
		if err == nil {
			return body
		}
		if !strings.Contains(err.Error(), "too many") || time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// TestOneLargeList: without a limit, one list of 100,000 small items is read.
func TestOneLargeList(t *testing.T) {
	t.Parallel()
	url := answering(t, oneLargeList())
	processor.RLock()
	defer processor.RUnlock()
	p := blackbox.Start(t, nil, "--config.file="+blackbox.Put(t, t.TempDir(), "config.yml",
		"timeout: 30s\naccounts:\n  - {name: large, onlyfansapi: {base_url: '"+url+"', token: token-of-the-test}}\n"))
	p.AwaitHealthy()
	counted := regexp.MustCompile(`(?m)^export_reports\{.*status="ready".*\} 100000$`)
	for end := time.Now().Add(blackbox.Patience); ; {
		body := p.Want(http.MethodGet, "/metrics")
		if counted.MatchString(body) {
			return
		}
		if strings.Contains(body, "export_source_failing{") || time.Now().After(end) {
			t.Fatalf("the list is not read:\n%.3000s", body)
		}
	}
}
