package definition

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"export_status_exporter/provider"
	"export_status_exporter/provider/providertest"
)

var update = flag.Bool("update", false, "write the golden file instead of comparing with it")

// vendor answers the calls of one source with its documented answers, and also the
// token request.
type vendor struct {
	list, get string
	source    *Source
	token     string // path of the token endpoint
	asked     []string
}

// RoundTrip implements http.RoundTripper. Every page of the list is the same, so the
// second page contains no new id.
func (v *vendor) RoundTrip(request *http.Request) (*http.Response, error) {
	answer := providertest.Answer{Body: v.get}
	switch {
	case v.token != "" && request.URL.EscapedPath() == v.token:
		answer.Body = `{"access_token":"granted","token_type":"Bearer","expires_in":3600}`
	case v.source.list != nil && strings.Count(request.URL.EscapedPath(), "/") == strings.Count(v.source.list.path, "/"):
		answer.Body = v.list
	case v.list != "" && !strings.Contains(v.get, request.URL.Path[strings.LastIndexByte(request.URL.Path, '/')+1:]):
		answer = providertest.Answer{Status: http.StatusNotFound, Body: "{}"} // the detail of another report
	}
	api := providertest.Answers(answer)
	response, err := api.RoundTrip(request)
	v.asked = append(v.asked, shownRequest(&api.Asked()[0]))
	return response, err
}

// shownRequest formats a request without its secrets.
func shownRequest(asked *providertest.Asked) string {
	text := asked.Method + " " + asked.URL
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range asked.Header {
			if !yield(name) {
				return
			}
		}
	}) {
		value := asked.Header.Get(name)
		switch name {
		case "Accept", "Accept-Encoding", "User-Agent", "Content-Type":
			continue
		case "Authorization":
			scheme, _, _ := strings.Cut(value, " ")
			value = scheme + " <secret>"
		default:
			if strings.Contains(value, "granted") || len(value) > 80 {
				value = "<secret>"
			}
		}
		text += "\n    " + name + ": " + value
	}
	if values, err := url.ParseQuery(asked.Body); err == nil && values.Has("grant_type") {
		for _, secret := range []string{"client_secret", "refresh_token", "assertion", "client_id"} {
			if values.Has(secret) {
				values.Set(secret, "SECRET")
			}
		}
		asked.Body = values.Encode()
	}
	if asked.Body != "" {
		text += "\n    " + asked.Body
	}
	return text + "\n"
}

// TestRequestsOfShippedDefinitions fetches the documented answers of every preset and
// example like an account: with authentication, pages and details. The reports must
// equal those of --try, and the requests must match the golden file.
func TestRequestsOfShippedDefinitions(t *testing.T) {
	key := privateKey(t)
	var golden strings.Builder
	for _, folder := range []string{"presets", "../../examples/apis"} {
		names, err := filepath.Glob(folder + "/*.yml")
		if err != nil || len(names) == 0 {
			t.Fatal(folder, err)
		}
		for _, name := range names {
			for _, d := range parsedFile(t, name) {
				for _, source := range d.Sources {
					requests(t, &golden, folder, d, source, key)
				}
			}
		}
	}
	const file = "testdata/requests.golden"
	if *update {
		if err := os.WriteFile(file, []byte(golden.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(providertest.File(t, file), golden.String()); diff != "" {
		t.Errorf("other requests; if they should be, run with -update (-want +got):\n%s", diff)
	}
}

// parsedFile parses the definitions in a file.
func parsedFile(t *testing.T, name string) map[string]*Definition {
	t.Helper()
	loaded, problems := Parse([]byte(providertest.File(t, name)))
	if len(problems) > 0 {
		t.Fatalf("%s: %v", name, problems)
	}
	return loaded
}

// privateKey returns a key for grants that sign.
func privateKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// saved returns the documented answers of a source for list and get.
func saved(t *testing.T, base string, s *Source) (list, get string) {
	t.Helper()
	read := func(pattern string) string {
		names, err := filepath.Glob(base + pattern)
		if err != nil || len(names) == 0 {
			return ""
		}
		return providertest.File(t, names[0])
	}
	switch {
	case s.list == nil:
		return "", read(".*json")
	case s.get == nil:
		return read(".json"), ""
	default:
		return read(".json"), read(".get.json")
	}
}

// requests fetches one source and writes its requests to golden.
func requests(t *testing.T, golden *strings.Builder, folder string, d *Definition, s *Source, key string) {
	t.Helper()
	list, get := saved(t, folder+"/"+d.Name+"."+s.Name, s)
	if list == "" && get == "" {
		t.Fatalf("%s/%s has no answer", d.Name, s.Name)
	}
	want := tried(t, d, s, list, get)
	c := NewConfig(d)
	c.Only, c.Params = []string{s.Name}, make(map[string]string)
	for _, name := range d.Params {
		c.Params[name] = "the-" + strings.ReplaceAll(name, "_", "-")
	}
	c.Token, c.APIKey, c.Username, c.Password = providertest.Ref(""), providertest.Ref(""), providertest.Ref(""), providertest.Ref("")
	c.ClientID, c.ClientSecret, c.RefreshToken = providertest.Ref(""), providertest.Ref(""), providertest.Ref("")
	c.PrivateKey = providertest.Ref(key)
	if s.list == nil {
		c.IDs = map[string][]string{s.Name: {want.Reports[0].ID}}
	}
	c.OwnBaseURL = d.URL == ""
	if problems := c.Validate(); len(problems) > 0 {
		t.Fatalf("%s: %v", d.Name, problems[0])
	}
	v := &vendor{list: list, get: get, source: s, token: params(c.Params).fill(d.Auth.tokenPath)}
	if d.Auth.tokenURL != "" {
		_, path := splitURL(d.Auth.tokenURL)
		v.token = params(c.Params).fill(path)
	}
	deps := providertest.DepsAt(v, providertest.NewClock(time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC)))
	if base := c.DefaultBaseURL(); base != "" {
		deps.BaseURL, _ = url.Parse(base)
	}
	seen := &providertest.Observer{}
	snapshot, failed := providertest.Fetch(t, c.Sources(deps, providertest.Secrets(t, c.Secrets()), seen)[0])
	if failed != nil {
		t.Fatalf("%s/%s: %s %v", d.Name, s.Name, failed.Reason, failed)
	}
	if told(snapshot) != told(want) {
		t.Errorf("%s/%s: %s, tried %s", d.Name, s.Name, told(snapshot), told(want))
	}
	fmt.Fprintf(golden, "%s/%s\n%s\n", d.Name, s.Name, strings.Join(v.asked, ""))
}

// tried returns the result of Try.
func tried(t *testing.T, d *Definition, s *Source, list, get string) provider.Snapshot {
	t.Helper()
	answer := list
	if list == "" {
		answer = get
	}
	trial, err := d.Try(t.Context(), s.Name, strings.NewReader(answer), TryOptions{Now: time.Date(2026, 11, 4, 0, 0, 0, 0, time.UTC)})
	if err != nil || len(trial.Problems) > 0 {
		t.Fatalf("%s/%s: %v %v", d.Name, s.Name, err, trial)
	}
	return trial.Snapshot
}

// TestRequestsOfTestData covers features that no preset and no example uses.
func TestRequestsOfTestData(t *testing.T) {
	all := parsedFile(t, "testdata/kinds.yml")
	r := newRig(t, all["bare"], nil,
		body(`{"data":{"dumps":{"nodes":[{"key":"a","doneAt":1772366400},{"key":"b","doneAt":null}],"end":"c2"}}}`),
		body(`{"data":{"dumps":{"nodes":[{"key":"c","errorAt":"2026-03-01T11:00:00Z"}],"end":null}}}`))
	if got := told(r.must(t)); got != "a:ready b:processing c:failed" {
		t.Error(got)
	}
	asked := r.api.Asked()
	if !strings.HasSuffix(asked[0].Body, `"variables":{"size":50}}`) || !strings.HasSuffix(asked[1].Body, `"variables":{"after":"c2","size":50}}`) {
		t.Error(asked[0].Body, asked[1].Body)
	}
	if asked[0].Header.Get("Authorization") != "" {
		t.Error("auth: none sends a proof")
	}

	broker := func(c *Config) { client(c); c.Params = map[string]string{"audience": "us & them"} }
	r = newRig(t, all["broker"], broker, body(granting), body(`{"found":[{"number":7,"state":"Done"}]}`), body(`{"found":[]}`))
	if got := told(r.must(t)); got != "7:ready" {
		t.Error(got)
	}
	asked = r.api.Asked()
	if got := form(t, asked[0].Body); got.Get("audience") != "us & them" || got.Has("client_secret") || !strings.HasPrefix(asked[0].Header.Get("Authorization"), "Basic ") {
		t.Errorf("%+v", asked[0])
	}
	for i, want := range []string{`{"kind":["statement"],"page":0,"size":100}`, `{"kind":["statement"],"page":1,"size":100}`} {
		if asked[i+1].Body != want || asked[i+1].Method != http.MethodPost {
			t.Errorf("%s %s, want %s", asked[i+1].Method, asked[i+1].Body, want)
		}
	}
}
