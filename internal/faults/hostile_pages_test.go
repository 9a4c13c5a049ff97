package faults

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"export_status_exporter/internal/cli"
	"export_status_exporter/internal/web"
)

// page parses a page strictly, and returns its elements in order and the texts
// of one kind of element. Visible and audible text must have no character that
// could disguise another.
func page(t *testing.T, body, name string) (elements, texts []string) {
	t.Helper()
	said := func(text string) {
		if at := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != ' ' && !unicode.IsGraphic(r) }); at >= 0 {
			t.Errorf("the page says a character that is not seen: %.60q", text[at:])
		}
	}
	decoder := xml.NewDecoder(strings.NewReader(body))
	var inside []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return elements, texts
		}
		if err != nil {
			t.Fatalf("the page is not well formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			elements, inside = append(elements, token.Name.Local), append(inside, token.Name.Local)
			if token.Name.Local == name {
				texts = append(texts, "")
			}
			for _, each := range token.Attr {
				if slices.Contains([]string{"aria-label", "title", "placeholder", "alt"}, each.Name.Local) {
					said(each.Value)
				}
				if strings.HasPrefix(each.Name.Local, "on") || each.Name.Local == "style" || strings.Contains(each.Value, "javascript:") && each.Name.Local == "href" && !strings.HasPrefix(each.Value, "?") {
					t.Errorf("%s has the attribute %s=%.100q", token.Name.Local, each.Name.Local, each.Value)
				}
			}
		case xml.EndElement:
			inside = inside[:len(inside)-1]
		case xml.CharData:
			said(string(token))
			if slices.Contains(inside, name) {
				texts[len(texts)-1] += string(token)
			}
		}
	}
}

// TestHostilePages: the page is well formed, runs no script, and shows every id
// so that it can be told apart from any other.
func TestHostilePages(t *testing.T) {
	t.Parallel()
	r, count := hostileRig(t)
	r.Scrape()
	paths := []string{"/exports", "/exports?" + url.Values{"type": {`"><script>`}, "status": {"\u202e"}, "account": {longID("")}, "search": {`"><script>`}}.Encode()}
	for _, id := range []string{`<script>alert(1)</script>`, `x",status="ready"} 1`, "a\u202egnp.exe", "line\nbreak"} {
		paths = append(paths, "/export?"+url.Values{"id": {id}}.Encode(), "/export?"+url.Values{"id": {id}, "account": {"account-of-coinbase_exchange"}}.Encode(), "/exports?"+url.Values{"id": {id}}.Encode())
	}
	for _, path := range paths {
		status, body := r.Request(http.MethodGet, path, nil)
		if status != http.StatusOK {
			t.Fatalf("%.40s answered %d", path, status)
		}
		elements, _ := page(t, strings.TrimPrefix(body, "<!DOCTYPE html>"), "code")
		for _, each := range elements {
			if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "base"}, each) {
				t.Errorf("%.40s has a %s", path, each)
			}
		}
	}
	_, body := r.Request(http.MethodGet, "/exports?sort=type", nil)
	_, ids := page(t, strings.TrimPrefix(body, "<!DOCTYPE html>"), "code")
	for _, want := range []string{`<script>alert(1)</script>`, `x",status="ready"} 1`, `a\u{202e}gnp.exe`, `escape\u{1b}[2J\u{1b}]0;title\u{7}`, `line\u{a}break`} {
		if !slices.Contains(ids, want) {
			t.Errorf("no id is shown as %q", want)
		}
	}
	// The table shows 200 reports at most, of 3 accounts.
	if want := min(200, 3*count); len(ids) != want {
		t.Errorf("%d ids, want %d", len(ids), want)
	}
	for _, path := range []string{"/", "/config", "/sd", "/-/ready"} {
		if status, body := r.Request(http.MethodGet, path, nil); status != http.StatusOK || strings.Contains(body, "alert(1)") {
			t.Errorf("%s answered %d or holds an id", path, status)
		}
	}
}

// TestHostileJSON: the document is valid, has every report, and gives back what
// was sent.
func TestHostileJSON(t *testing.T) {
	t.Parallel()
	r, count := hostileRig(t)
	metrics := values(families(t, r, "")["export_status"], "report_id")
	_, body := r.Request(http.MethodGet, "/exports?format=json&limit=5000", nil)
	if !utf8.ValidString(body) || strings.ContainsAny(body, "<>\u2028") {
		t.Error("the document is not safe to put elsewhere")
	}
	var document web.Document
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	ids := make(map[string][]string)
	types := make(map[string]bool)
	for _, each := range document.Reports {
		ids[each.Account] = append(ids[each.Account], each.ID)
		if each.Type != nil { // nothing is left of one that is all line breaks
			types[*each.Type] = true
		}
	}
	for account, list := range ids {
		slices.Sort(list)
		if len(list) != count || !slices.Equal(list, metrics[account]) {
			t.Errorf("%s has %d reports as JSON and %d in the metrics, want %d alike", account, len(list), len(metrics[account]), count)
		}
	}
	// Every type that is shown can be asked for.
	for kind := range types {
		_, body := r.Request(http.MethodGet, "/exports?"+url.Values{"format": {"json"}, "type": {kind}}.Encode(), nil)
		var found web.Document
		if err := json.Unmarshal([]byte(body), &found); err != nil || len(found.Reports) == 0 {
			t.Errorf("type %.100q: %v, %d reports", kind, err, len(found.Reports))
		}
	}
}

// TestHostileTable: the output of --list moves no cursor and breaks no line.
func TestHostileTable(t *testing.T) {
	t.Parallel()
	for _, width := range []int{0, 40, 80, 200} {
		r, count := hostileRig(t)
		var out, progress bytes.Buffer
		if err := cli.List(t.Context(), r.App, &out, &progress, cli.ListOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(out.String(), "\n"); got < 3*count+1 || width == 0 && got > 3*count+1 {
			t.Errorf("%d lines, want one for each of %d exports", got, 3*count)
		}
		for _, each := range out.String() {
			if each != '\n' && each != '\t' && !unicode.IsGraphic(each) {
				t.Errorf("the table holds %q", each)
			}
		}
	}
}

// TestHostileLog: the log has one line for each entry, whatever is in it, and
// no id.
func TestHostileLog(t *testing.T) {
	t.Parallel()
	r, _ := hostileRig(t)
	r.Scrape()
	log := r.Log.String()
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "level=") || !strings.HasSuffix(line, "\n") {
			t.Errorf("not a line of the log: %.200q", line)
		}
	}
	if at := strings.IndexFunc(log, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); at >= 0 {
		t.Errorf("the log holds a control character: %.60q", log[at:])
	}
	for _, text := range []string{"alert(1)", "0123456789012345", "etc/passwd"} {
		if strings.Contains(log, text) {
			t.Errorf("the log holds %s", text)
		}
	}
}

// TestEverySeriesLeadsToItsExport: the labels of every series, like those of an
// alert, are the parameters of the export's page, and its id finds its row.
func TestEverySeriesLeadsToItsExport(t *testing.T) {
	t.Parallel()
	r, count := hostileRig(t)
	seen := 0
	for _, metric := range families(t, r, "")["export_info"].GetMetric() {
		labels := make(map[string]string)
		for _, pair := range metric.GetLabel() {
			labels[pair.GetName()] = pair.GetValue()
		}
		query := url.Values{"provider": {labels["provider"]}, "account": {labels["account"]}, "source": {labels["source"]}, "id": {labels["report_id"]}}
		status, body := r.Request(http.MethodGet, "/export?"+query.Encode(), nil)
		if status != http.StatusOK || strings.Count(body, `class="sheet"`) != 1 {
			t.Errorf("%v leads to %d", labels, status)
		}
		query = url.Values{"account": {labels["account"]}, "id": {labels["report_id"]}}
		query.Set("format", "json") // costs less than HTML
		if _, body := r.Request(http.MethodGet, "/exports?"+query.Encode(), nil); strings.Count(body, `"report_id":`) != 1 {
			t.Errorf("%v has no row of its own", labels)
		}
		seen++
	}
	if seen != 3*count {
		t.Errorf("%d series, want %d", seen, 3*count)
	}
}
