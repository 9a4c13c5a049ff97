package providertest

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// Echo is an API that repeats what it was sent. It is safe for concurrent use.
type Echo struct {
	// Answer returns the answer to a request, which may repeat any of the texts.
	Answer func(request *http.Request, texts []string) Answer

	before func() // each answer
	mu     sync.Mutex
	sent   []string
}

// Config is the part of a provider's configuration that Check needs.
type Config interface {
	Secrets() map[string]secret.Spec
	Sources(deps provider.Deps, secrets *secret.Set, observer apiclient.Observer) []provider.Source
}

// Check fetches the first source twice. It fails the test if a fetch fails or does not,
// unlike wanted, or shows what was sent. If rotate is not nil, it fetches once, and the
// secrets change before each answer.
func (e *Echo) Check(tb testing.TB, c Config, rotate func(), fails bool) *secret.Set {
	tb.Helper()
	secrets := Secrets(tb, c.Secrets())
	times := 2
	if rotate != nil {
		times = 1
		e.before = func() {
			rotate()
			if _, err := secrets.Reload(tb.Context()); err != nil {
				tb.Error(err)
			}
		}
	}
	source := c.Sources(Deps(e), secrets, &Observer{})[0]
	for range times {
		snapshot, failed := Fetch(tb, source)
		if (failed != nil) != fails {
			tb.Fatalf("failure %v, want one: %t", failed, fails)
		}
		e.wantHidden(tb, snapshot, failed)
	}
	return secrets
}

// RoundTrip implements http.RoundTripper.
func (e *Echo) RoundTrip(request *http.Request) (*http.Response, error) {
	api := JSON("")
	read, err := api.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	_ = read.Body.Close()
	if e.before != nil {
		e.before()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = append(e.sent, secretsIn(&api.Asked()[0])...)
	blank := request.Clone(request.Context())
	blank.Body = nil
	return Answers(e.Answer(request, variants(e.sent))).RoundTrip(blank)
}

// secretsIn returns the secret texts of a request, each as it was sent.
func secretsIn(asked *Asked) []string {
	var texts []string
	for name, values := range asked.Header {
		if !slices.Contains([]string{"Accept", "Accept-Encoding", "User-Agent", "Content-Type", "Cb-Access-Timestamp"}, name) {
			value := values[0]
			for _, scheme := range []string{"Basic ", "Bearer ", "Token "} {
				value = strings.TrimPrefix(value, scheme)
			}
			texts = append(texts, value)
		}
	}
	for field := range strings.SplitSeq(asked.Body, "&") {
		name, value, _ := strings.Cut(field, "=")
		if slices.Contains([]string{"client_secret", "refresh_token", "assertion"}, name) {
			plain, _ := url.QueryUnescape(value)
			texts = append(texts, value, plain)
		}
	}
	return texts
}

// variants returns texts and what may come of them: longer, shorter, or changed in one
// place.
func variants(texts []string) []string {
	var all []string
	for _, text := range texts {
		half := len(text) / 2
		all = append(all,
			text, strings.ToUpper(text), "https://api.test/?key="+text+"&v=1", "client_secret="+text+"&scope=a",
			"Bearer "+text[:len(text)-1], "x"+text[1:], text[:half]+"~"+text[half+1:], "a/"+text+"/b",
			text+strings.Repeat("y", 600), strings.Repeat("z", 280)+text, // longer than what is shown
		)
	}
	return all
}

// Items returns each text as each of the fields of an item, as JSON. The other fields are
// as in the sample, and the id has a number, too.
func (*Echo) Items(texts []string, sample map[string]string, fields ...string) string {
	items := make([]map[string]string, 0, len(texts)*len(fields))
	for _, text := range texts {
		for _, field := range fields {
			each := map[string]string{}
			maps.Copy(each, sample)
			each["id"] += fmt.Sprint(" ", len(items))
			each[field] = text
			items = append(items, each)
		}
	}
	content, _ := json.Marshal(items) // strings always have a JSON form
	return string(content)
}

// wantHidden fails the test if a snapshot or an error shows a long part of what was sent.
func (e *Echo) wantHidden(tb testing.TB, snapshot provider.Snapshot, failed *provider.Error) {
	tb.Helper()
	shown := fmt.Sprintf("%+v", snapshot)
	if failed != nil {
		shown += failed.Error() + failed.Advise()
	}
	shown = strings.ToLower(shown)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.sent) == 0 {
		tb.Error("nothing was sent")
	}
	for _, text := range e.sent {
		text = strings.ToLower(text)
		length := min(len(text), 16)
		for at := range len(text) - length + 1 {
			if found := strings.Index(shown, text[at:at+length]); found >= 0 {
				tb.Errorf("%d bytes of a text of %d are shown in %.200q", length, len(text), shown[max(0, found-100):])
				break
			}
		}
	}
	if failed == nil && !strings.Contains(shown, "repeats a secret") {
		tb.Error("no warning")
	}
}

// Rotating returns a reference to a file with a random secret of letters, and a function
// that replaces the secret.
func Rotating(tb testing.TB) (ref secret.Ref, rotate func()) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "secret")
	rotate = func() {
		if err := os.WriteFile(path, []byte(Letters(32)), 0o600); err != nil {
			tb.Error(err)
		}
	}
	rotate()
	return secret.Ref{File: path}, rotate
}

// Letters returns n random letters: a secret that looks like an error word.
func Letters(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	for i := range raw {
		raw[i] = 'a' + raw[i]%26
	}
	return string(raw)
}

// Words returns error words that repeat a secret of letters.
func Words(text string) []string {
	return []string{text, strings.ToUpper(text), "Bad_" + text, "Bad_" + text[1:], text[:16] + "_", "A_" + text[:20], text[:6], "EAuth_" + text[3:]}
}
