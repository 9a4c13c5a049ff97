package definition

import (
	"context"
	"slices"
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// source implements provider.Source for one source of one account. The account never
// calls Fetch concurrently, so its state needs no lock.
type source struct {
	def    *Definition
	spec   *Source
	config *Config
	params params
	client *apiclient.Client
	auth   *authorizer
	maxAge time.Duration

	ids, types names
	// kept holds the details of finished reports, by whole id.
	kept map[string]*keptDetail
}

// Name implements provider.Source.
func (s *source) Name() string { return s.spec.Name }

// Types implements provider.Source.
func (s *source) Types() []string {
	if len(s.config.IDs[s.spec.Name]) > 0 {
		return nil
	}
	return s.config.Types
}

// Fetch implements provider.Source.
func (s *source) Fetch(ctx context.Context) (provider.Snapshot, error) {
	if ids := s.config.IDs[s.spec.Name]; len(ids) > 0 {
		return s.fetchEach(ctx, ids)
	}
	return s.fetchList(ctx)
}

// send sends one request and decodes its answer into page.
func (s *source) send(ctx context.Context, c *call, p params, st step, page *page) error {
	request, err := c.request(p, s.def.headers, st)
	if err != nil {
		return err
	}
	return s.auth.do(ctx, s.client, request, func(response *apiclient.Response) error {
		page.count = 0
		return page.read(response, c == s.spec.get)
	})
}

// read decodes an answer. In a get, a condition may need the HTTP status.
func (p *page) read(response *apiclient.Response, get bool) error {
	report := &p.reader.source.report
	p.response, p.http = response, 0
	// The texts of the answer before are not charged any more, so nothing may keep them.
	p.reader.values, p.reader.item = apiclient.PathValues{}, apiclient.PathValues{}
	p.reader.values.Reset(p.call.tree)
	named := get && report.answers(response.Status)
	if get {
		p.http = response.Status
	}
	if !response.OK() && !named {
		// Any JSON body counts as the API's own.
		return response.StatusError(response.DecodeJSON(&anyJSON{}) == nil)
	}
	err := response.DecodeJSON(p)
	if response.OK() {
		if refused := p.call.failIf.refused(&p.reader.values, response); refused != nil {
			return refused
		}
	}
	switch {
	case err != nil && named && response.Empty():
		p.blank()
		return p.end()
	case err != nil && !response.OK():
		return response.StatusError(false)
	case err != nil:
		return err
	case !p.there && !p.call.itemsOptional:
		return &provider.Error{
			Reason: provider.ReasonMalformed, Detail: "the answer has nothing at the path of items",
			Advice: "compare the definition's items with an answer: save one and run --try",
		}
	case p.end != nil:
		return p.end()
	}
	return nil
}

// fetchEach requests the configured ids one by one.
func (s *source) fetchEach(ctx context.Context, ids []string) (provider.Snapshot, error) {
	var labels names
	labels.add(ids)
	r := &reader{source: s.spec}
	return provider.FetchEach(ids, labels.label, s.auth.secrets.Hide, func(id string, to *provider.Snapshot) (*provider.Draft, error) {
		found, err := s.fetchOne(ctx, r, id)
		if err != nil {
			return nil, err
		}
		r.quotaOf(s.spec.get, to)
		if found.ignored {
			return nil, nil
		}
		found.draft.Type = short(found.draft.Type)
		return &found.draft, nil
	})
}

// fetchOne requests one id and returns its item.
func (s *source) fetchOne(ctx context.Context, r *reader, id string) (*item, error) {
	var found *item
	err := s.send(ctx, s.spec.get, s.params.with(id), step{}, aboutOne(r, s.spec.get, id, s.auth.secrets.Hide, &found))
	return found, err
}

// aboutOne returns a page that decodes an answer about one id and stores its item in
// found, without its secrets. It keeps nothing else, so the items weigh nothing.
func aboutOne(r *reader, c *call, id string, hide func(string) string, found **item) *page {
	others := false
	*found = nil
	return &page{reader: r, call: c, each: func(each *item) error {
		switch {
		case each.null, *found != nil:
		case isAbout(each.draft.ID, id):
			kept := *each
			kept.draft.Hide(hide)
			*found = &kept
		default:
			others = true
		}
		return nil
	}, end: func() error {
		switch {
		case *found != nil:
			return nil
		case others:
			return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is not about the requested export"}
		default:
			return &provider.Error{Reason: provider.ReasonNotFound, Detail: "the answer contains no export"}
		}
	}}
}

// isAbout reports whether an answer's id matches the requested one. In a trial, the
// requested id may be unknown.
func isAbout(answered, asked string) bool {
	return answered == "" || asked == "" || answered == asked || afterSlash(answered) == asked || answered == afterSlash(asked)
}

// wants reports whether the configuration includes a type. An empty type counts,
// because details may still provide it.
func (s *source) wants(kind string) bool {
	return len(s.config.Types) == 0 || kind == "" || slices.ContainsFunc(s.config.Types, func(each string) bool {
		return strings.EqualFold(each, kind) || strings.EqualFold(each, provider.TypeName(afterSlash(kind)))
	})
}
