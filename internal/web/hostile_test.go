package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"export_status_exporter/account"
	"export_status_exporter/provider"
)

// hostile are texts that must stay text, wherever they are shown.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`' onmouseover='alert(1)`,
		`</td></tr></table><form action="https://example.com">`,
		`{{.}}`, "`${alert(1)}`", `javascript:alert(1)`, `]]><!--`, `&lt;b&gt;&amp;#60;`,
		"a\u202egnp.exe", "zero\u200bwidth", "new\nline\ttab", "bell\a and null\x00", "line\u2028separator",
	}
}

// hostileFleet has a text in every field that can hold one, with the usual
// limits. Names of accounts, providers and sources are our own, but the pages
// do not rely on it.
func hostileFleet(text string) Fleet {
	name := provider.TypeName(text)
	r := report(provider.ReportID(text), name, provider.StatusUnknown, day)
	r.Format, r.ProviderStatus = provider.FormatName(text), provider.StatusWord(text)
	done := report(provider.ReportID(text+"2"), name, provider.StatusProcessing, day)
	done.Progress = provider.Num(0.5)
	source := up(name, r, done)
	source.Up = false
	source.Past = &account.Past{Types: []string{name}}
	source.Failure = &provider.Error{Reason: provider.ReasonUnknown, Tried: text, Detail: text}
	source.Snapshot.Missing = []string{text}
	source.Snapshot.Warnings = []string{text}
	source.Snapshot.Quota.RateLimits = []provider.RateLimit{{Window: name, Max: provider.Num(2), Remaining: provider.Num(1)}}
	return Fleet{Now: moment0(), Accounts: []account.View{view(name, name, source)}}
}

func TestHostileTextsStayTexts(t *testing.T) {
	// The same page with harmless texts has the same elements.
	shape := func(e *element) string {
		var b strings.Builder
		for _, each := range e.all("*") {
			if class("middle")(each) {
				continue // of a long id
			}
			b.WriteString(each.name + " ")
			for name := range each.attr {
				if strings.HasPrefix(name, "on") || name == "style" {
					t.Errorf("attribute %s", name)
				}
			}
			if href := each.attr["href"]; href != "" && !relative(href) {
				t.Errorf("a link leaves the page: %s", href)
			}
		}
		return b.String()
	}
	fleet := hostileFleet("harmless")
	pages, want := pagesOf(fleet), ""
	for _, text := range append([]string{"harmless"}, hostile()...) {
		fleet = hostileFleet(text)
		pages.current = func() Fleet { return fleet }
		name := provider.TypeName(text)
		query := url.Values{"provider": {name}, "account": {name}, "type": {name}}.Encode()
		page := parse(t, get(t, pages.Exports, "/exports?"+query).Body.String())
		if len(rows(page)) != 2 {
			t.Errorf("%q: %d rows, the filter does not match its own value", text, len(rows(page)))
		}
		got := shape(page) + shape(parse(t, get(t, pages.Landing, "/").Body.String()))
		one := url.Values{"id": {provider.ReportID(text)}, "account": {name}, "provider": {name}, "source": {name}}.Encode()
		got += shape(parse(t, get(t, pages.Export, "/export?"+one).Body.String()))
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%q changes the page:\n%s\n%s", text, got, want)
		}
		if said := page.one(t, "bdi", func(e *element) bool { return e.parent.attr["class"] == "quiet" && e.parent.parent.name == "td" }).text(); said != strings.Join(strings.Fields(visible(name)), " ") {
			t.Errorf("%q is shown as %q", text, said)
		}
	}
}

func relative(href string) bool {
	u, err := url.Parse(href)
	return err == nil && u.Scheme == "" && u.Host == ""
}

func TestHostileQueriesAreEchoedAsText(t *testing.T) {
	for _, text := range hostile() {
		query := url.Values{"status": {text}, "provider": {text}}.Encode()
		page := open(t, richFleet(), "/exports?"+query)
		if len(rows(page)) != 0 || len(page.all("script")) != 0 || len(page.all("form")) != 1 || len(page.all("img")) != 1 {
			t.Errorf("%q changes the page", text)
		}
		chosen := page.one(t, "select", having("name", "status")).one(t, "option", having("selected", "selected"))
		if want := strings.Join(strings.Fields(visible(sanitize(text))+" (none)"), " "); chosen.text() != want {
			t.Errorf("%q is echoed as %q", text, chosen.text())
		}
	}
}

func TestHostileTextsSurviveJSON(t *testing.T) {
	for _, text := range hostile() {
		answer := get(t, pagesOf(hostileFleet(text)).Exports, "/exports?format=json")
		body := answer.Body.String()
		if strings.ContainsAny(body, "<>\u2028") {
			t.Errorf("%q is not safe where JSON is taken for something else", text)
		}
		var d Document
		if err := json.Unmarshal([]byte(body), &d); err != nil {
			t.Fatal(err)
		}
		if r := d.Reports[len(d.Reports)-1]; r.ID != text || *r.Type != provider.TypeName(text) || *r.ProviderStatus != provider.StatusWord(text) {
			t.Errorf("%q came back as %q", text, r.ID)
		}
	}
}
