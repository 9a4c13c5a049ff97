package onlyfansapi

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

const (
	listPath = "/api/data-exports"
	// pageSize is the maximum that the API allows.
	pageSize = 100
	// maxPages is the maximum number of pages in one refresh. The API allows 60
	// requests a minute.
	maxPages = 50
	// shortestLink sets the lifetime of download links, which a read may create, to the
	// minimum that the API allows: one minute.
	shortestLink = "download_url_expires_in=1"
)

// source implements provider.Source for the data exports of one team.
type source struct {
	config  *Config
	client  *apiclient.Client
	secrets *secret.Set
}

// Name implements provider.Source.
func (*source) Name() string { return "data_exports" }

// Types implements provider.Source.
func (s *source) Types() []string {
	if len(s.config.ExportIDs) > 0 {
		return nil
	}
	return s.config.Types
}

// Fetch implements provider.Source.
func (s *source) Fetch(ctx context.Context) (provider.Snapshot, error) {
	if len(s.config.ExportIDs) > 0 {
		return provider.FetchEach(s.config.ExportIDs, provider.ReportID, s.secrets.Hide, func(id string, to *provider.Snapshot) (*provider.Draft, error) {
			return s.fetchOne(ctx, id, to)
		})
	}
	return s.fetchList(ctx)
}

// fetchOne requests one id. It adds the answer's credits and limits to the snapshot.
func (s *source) fetchOne(ctx context.Context, id string, to *provider.Snapshot) (*provider.Draft, error) {
	var answer single
	err := s.get(ctx, listPath+"/"+id, shortestLink, func(response *apiclient.Response) error {
		err := response.DecodeJSON(&answer)
		switch about := answer.about(id); {
		case err != nil:
			return err
		case answer.refused(!about):
			return answer.classify(response)
		case about:
			return response.Items(1)
		default:
			return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is not about the requested export"}
		}
	})
	if err != nil {
		return nil, err
	}
	s.note(to, &answer.Meta.Value)
	draft := answer.Data.draft()
	return &draft, nil
}

// fetchList requests the pages. It stops at the last page, if the answer contains its
// number, and on a page without a new id. Before the last page, an export may be missing.
func (s *source) fetchList(ctx context.Context) (provider.Snapshot, error) {
	gathered := provider.NewList(s.config.Types, s.secrets.Hide)
	gathered.Spell(documentedTypes())
	snapshot := &gathered.Snapshot
	var first paging
	for page := 1; ; page++ {
		var answer list
		query := url.Values{"page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(pageSize)}}
		err := s.get(ctx, listPath, query.Encode()+"&"+shortestLink, func(response *apiclient.Response) error {
			err := response.DecodeJSON(&answer)
			switch {
			case err != nil:
				return err
			case answer.Exports == nil || answer.refused(len(answer.Exports) == 0):
				return answer.classify(response)
			default:
				return response.Items(len(answer.Exports))
			}
		})
		if err != nil {
			return provider.Snapshot{}, err
		}
		s.note(snapshot, &answer.Meta)
		if page == 1 {
			first = answer.Paging
		} else if answer.Paging != first {
			// The list changed while it was read, so an export may be missing from all
			// pages that were read.
			snapshot.Complete = false
		}
		fresh := false
		for i := range answer.Exports {
			draft := answer.Exports[i].draft()
			fresh = gathered.Add(&draft) || fresh
		}
		last := answer.Paging.LastPage.Value
		if !fresh || last > 0 && float64(page) >= last {
			if last > float64(page) {
				snapshot.Complete = false
			}
			break
		}
		if page == maxPages {
			gathered.Truncate()
		}
		if snapshot.Truncated {
			break
		}
	}
	return gathered.Finish("GET " + listPath)
}

// note records the answer's credits, limits and cache state.
func (s *source) note(snapshot *provider.Snapshot, meta *meta) {
	if used := meta.Credits.Value.Used.Count(); used.Known && used.Value > 0 {
		s.client.Observer().CreditsUsed(used.Value)
	}
	if quota := meta.quota(&snapshot.Unreadable); quota.CreditsBalance.Known || len(quota.RateLimits) > 0 {
		snapshot.Quota = quota
	}
	const cached = "the provider answers from a cache, so statuses may be old"
	if meta.Cache.Value.IsCached.Value && !slices.Contains(snapshot.Warnings, cached) {
		snapshot.Warnings = append(snapshot.Warnings, cached)
	}
}

// get sends one read. It calls decode only for 2xx answers.
func (s *source) get(ctx context.Context, path, query string, decode func(*apiclient.Response) error) error {
	header := http.Header{}
	header.Set("Authorization", "Bearer "+s.secrets.Held(ctx)[secretToken].Reveal())
	request := apiclient.Request{Method: http.MethodGet, Path: path, Query: query, Header: header}
	return s.client.Do(ctx, request, func(response *apiclient.Response) error {
		if !response.OK() {
			var answer refusal
			_ = response.DecodeJSON(&answer) // gateways answer in HTML; then the status decides
			return answer.classify(response)
		}
		return decode(response)
	})
}
