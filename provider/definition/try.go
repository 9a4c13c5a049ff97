package definition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"export_status_exporter/config/yamlnode"
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

// TryOptions are options for reading a saved answer.
type TryOptions struct {
	// ID is the requested id if the answer is from get. It is optional if the source
	// has no list.
	ID string
	// HTTP is the status code of the answer. 0 means 200.
	HTTP int
	// Now is the time at which the answer is evaluated.
	Now time.Time
}

// Trial is the result of reading a saved answer.
type Trial struct {
	Snapshot provider.Snapshot
	// Explanation describes the first items, line by line, and the next page.
	Explanation []string
	// Problems must be fixed. Warnings may be intended.
	Problems, Warnings []string
}

// Try reads a saved answer in the same way as a refresh, but sends no requests. It
// fails if the source is unknown or the answer cannot be read.
func (d *Definition) Try(ctx context.Context, name string, answer io.Reader, o TryOptions) (*Trial, error) {
	spec := d.Source(name)
	if spec == nil {
		known := d.SourceNames()
		return nil, fmt.Errorf("%s has no source %q%s; it has: %s", d.Name, name, yamlnode.Suggestion(name, known), strings.Join(known, ", "))
	}
	if o.ID != "" && !spec.HasGet() {
		return nil, fmt.Errorf("%s/%s can only be listed: leave the id out", d.Name, name)
	}
	content, err := io.ReadAll(io.LimitReader(answer, apiclient.MaxBodyBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	t := &dryRun{trial: &Trial{}, options: o, found: make(map[string]bool), unreadable: make(map[provider.Field]bool)}
	// If decoding fails, the tree is empty; run reports the error.
	_ = json.Unmarshal(bytes.TrimPrefix(content, []byte("\ufeff")), &t.tree, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t.source, err = d.savedSource(spec, content, &t.options); err != nil {
		return nil, err
	}
	t.run(ctx, o.ID != "" || !spec.HasList())
	return t.trial, nil
}

// savedAnswer is an http.RoundTripper that gives the same answer to every request.
type savedAnswer struct {
	status int
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (s savedAnswer) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: s.status, Header: http.Header{}, Request: request, ContentLength: -1,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: io.NopCloser(bytes.NewReader(s.body)),
	}, nil
}

// nopObserver is an Observer that does nothing.
type nopObserver struct{}

func (nopObserver) Requested(int, time.Duration) {}
func (nopObserver) Failed(provider.Reason)       {}
func (nopObserver) CreditsUsed(float64)          {}
func (nopObserver) ClockSkew(time.Duration)      {}

// savedSource returns a source without an account that reads a saved answer.
func (d *Definition) savedSource(spec *Source, content []byte, o *TryOptions) (*source, error) {
	if o.HTTP == 0 {
		o.HTTP = http.StatusOK
	}
	asked := o.ID
	if asked == "" {
		asked = idParam
	}
	if spec.HasGet() && !spec.get.takes(asked) {
		return nil, errors.New("the id cannot be requested: " + spec.get.wantedID())
	}
	c := NewConfig(d)
	c.Only, c.Params = []string{spec.Name}, make(map[string]string)
	for _, name := range d.Params {
		c.Params[name] = name
	}
	if o.ID != "" || !spec.HasList() {
		c.IDs = map[string][]string{spec.Name: {asked}}
	}
	secrets, err := secret.NewSet(context.Background(), nil, nil)
	if err != nil {
		return nil, err
	}
	now := func() time.Time { return o.Now }
	client := apiclient.New(provider.Deps{
		BaseURL: &url.URL{Scheme: "https", Host: d.Name}, Now: now, UserAgent: "try",
		Transport: savedAnswer{o.HTTP, content},
	}, nopObserver{}, apiclient.API{Endpoints: c.Endpoints()})
	return &source{def: d, spec: spec, config: c, params: c.Params, client: client, auth: &authorizer{auth: &Auth{Kind: authNone}, secrets: secrets}}, nil
}

// dryRun is the state of a trial.
type dryRun struct {
	trial   *Trial
	options TryOptions
	source  *source
	tree    any // the whole answer
	items   int
	// found records the paths that led to a value. first and last are items.
	found       map[string]bool
	unreadable  map[provider.Field]bool
	first, last any
}

func (t *dryRun) run(ctx context.Context, single bool) {
	s := t.source
	c := s.spec.list
	if single {
		c = s.spec.get
	}
	t.findFirst(c)
	var err error
	if single {
		err = t.single(ctx)
	} else {
		err = t.list(ctx)
	}
	if err != nil {
		t.explainFailure(err, c)
		return
	}
	if t.items == 0 {
		t.warn("the answer contains no item, so no path could be tried")
		return
	}
	t.warnUnusedPaths(c)
}

// single reads an answer from get.
func (t *dryRun) single(ctx context.Context) error {
	s, r := t.source, &reader{source: t.source.spec}
	var found *item
	page := aboutOne(r, s.spec.get, t.options.ID, nil, &found)
	keep := page.each
	page.each = func(each *item) error { t.explain(r, each); return keep(each) }
	id := t.source.config.IDs[s.spec.Name][0]
	if err := s.send(ctx, s.spec.get, s.params.with(id), step{}, page); err != nil {
		return err
	}
	t.printOmitted()
	if t.options.ID == "" && found.draft.ID == "" {
		t.print("the answer contains no id: the report of an account gets the requested id")
	}
	snapshot := &t.trial.Snapshot
	r.quotaOf(s.spec.get, snapshot)
	if !found.ignored {
		if t.options.ID == "" && found.draft.ID != "" {
			id = found.draft.ID
		}
		found.draft.ID, found.draft.Type = short(id), short(found.draft.Type)
		snapshot.Reports = append(snapshot.Reports, found.draft.Report(&snapshot.Unreadable))
	}
	return nil
}

// list reads a page of the list.
func (t *dryRun) list(ctx context.Context) error {
	s := t.source
	g := s.gather(nil)
	g.page = &page{reader: g.reader, call: s.spec.list, weight: 1, each: func(each *item) error {
		t.explain(g.reader, each)
		return g.take(each)
	}}
	if err := s.send(ctx, s.spec.list, s.params, s.spec.next.start(), g.page); err != nil {
		return err
	}
	t.printOmitted()
	g.reader.quotaOf(s.spec.list, &g.list.Snapshot)
	snapshot := g.list.Snapshot
	s.rename(snapshot.Reports, g.ids, g.types)
	t.trial.Snapshot = snapshot
	st, more, err := s.spec.next.after(g.reader, 1, g.page.count)
	switch {
	case err != nil:
		return err
	case s.spec.next == nil:
	case !more:
		t.print("no next page%s", t.whyLast(s.spec.next))
	default:
		t.print("next page: %s", t.describe(st))
	}
	return nil
}

// describe returns the request for a page, without the account's values.
func (t *dryRun) describe(st step) string {
	c := t.source.spec.list
	shown := make(params)
	for _, name := range t.source.def.Params {
		shown[name] = "{" + name + "}"
	}
	request, err := c.request(shown, nil, st)
	if err != nil {
		return "cannot be made"
	}
	text := request.Method + " " + c.path
	if request.Query != "" {
		// Show params as written in the definition.
		text += "?" + strings.NewReplacer("%7B", "{", "%7D", "}").Replace(request.Query)
	}
	if c.method == methodPost {
		text += " with the body " + string(request.Body)
	}
	return printable(text, 500)
}

func (t *dryRun) print(format string, args ...any) {
	t.trial.Explanation = append(t.trial.Explanation, fmt.Sprintf(format, args...))
}

// printOmitted prints how many items were read but not shown.
func (t *dryRun) printOmitted() {
	if more := t.items - shownItems; more > 0 {
		t.print("and %d more items", more)
	}
}

func (t *dryRun) warn(format string, args ...any) {
	if len(t.trial.Warnings) < shownProblems {
		t.trial.Warnings = append(t.trial.Warnings, fmt.Sprintf(format, args...))
	}
}

func (t *dryRun) problem(format string, args ...any) {
	t.trial.Problems = append(t.trial.Problems, fmt.Sprintf(format, args...))
}
