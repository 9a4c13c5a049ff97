package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func settingsBody(t *testing.T, pages *Pages, target, yaml string) *httptest.ResponseRecorder {
	t.Helper()
	return get(t, func(w http.ResponseWriter, r *http.Request) { pages.Config(w, r, yaml) }, target)
}

func TestConfigSetsApartWhatIsSet(t *testing.T) {
	const yaml = `timeout: 10s # default
refresh_interval: 5m
accounts:
    - name: <script>
      refresh_interval: 5m # inherited
      kraken:
        api_key: <secret>
        reports: # default
            - trades
            - ledgers
        base_url: 'x # default'
`
	pages := pagesOf(richFleet())
	page := parse(t, settingsBody(t, pages, "/config", yaml).Body.String())
	var got []string
	for _, each := range page.one(t, "code").all("span", func(e *element) bool { return e.parent.name == "code" }) {
		got = append(got, each.attr["class"]+": "+each.text())
	}
	want := []string{
		"default: timeout: 10s # default", "set: refresh_interval: 5m", "set: accounts:", "set: - name: <script>", "default: refresh_interval: 5m # inherited",
		"set: kraken:", "set: api_key: <secret>", "default: reports: # default", "default: - trades", "default: - ledgers", "set: base_url: 'x # default'",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	answer := settingsBody(t, pages, "/config?format=yaml", yaml)
	if answer.Body.String() != yaml || answer.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%s %s", answer.Header().Get("Content-Type"), answer.Body)
	}
	if answer := settingsBody(t, pages, "/config?format=xml", yaml); answer.Code != http.StatusBadRequest {
		t.Errorf("%d", answer.Code)
	}
}
