package coinbase

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
	"export_status_exporter/secret"
)

const (
	// listPath is the path of the list call, exactly as signed.
	listPath = "/reports"
	// pageSize is accepted by old and new versions of the API. The call's default is
	// not documented.
	pageSize = 100
	// maxPages is the maximum number of pages in one refresh.
	maxPages = 100
)

// source implements provider.Source for the reports of one account.
type source struct {
	config  *Config
	client  *apiclient.Client
	secrets *secret.Set
}

// Name implements provider.Source.
func (*source) Name() string { return "reports" }

// Types implements provider.Source.
func (s *source) Types() []string {
	if len(s.config.ReportIDs) > 0 {
		return nil
	}
	return s.config.Types
}

// Fetch implements provider.Source.
func (s *source) Fetch(ctx context.Context) (provider.Snapshot, error) {
	if len(s.config.ReportIDs) > 0 {
		return provider.FetchEach(s.config.ReportIDs, provider.ReportID, s.secrets.Hide, func(id string, _ *provider.Snapshot) (*provider.Draft, error) {
			return s.fetchOne(ctx, id)
		})
	}
	return s.fetchList(ctx)
}

func (s *source) fetchOne(ctx context.Context, id string) (*provider.Draft, error) {
	var wire single
	err := s.get(ctx, listPath+"/"+id, "", func(response *apiclient.Response) error {
		err := response.DecodeJSON(&wire)
		switch {
		case err != nil:
			return err
		case wire.about(id):
			return response.Items(1)
		case len(wire.Message) > 0:
			return wire.classify(response)
		default:
			return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is not about the requested report"}
		}
	})
	draft := wire.draft()
	return &draft, err
}

// fetchList requests the pages, newest first, using the cursor in the CB-AFTER header.
// It stops without a cursor, at a cursor that it has used, and on a page of known ids,
// because the meaning of "after" is documented in two ways. There may be more after those
// ids, or after a used cursor with new ids.
func (s *source) fetchList(ctx context.Context) (provider.Snapshot, error) {
	gathered := provider.NewList(s.config.Types, s.secrets.Hide)
	gathered.Spell(documentedTypes())
	cursor, trail := "", provider.Trail{}
	for page := 1; ; page++ {
		reports, next, err := s.fetchPage(ctx, cursor)
		if err != nil {
			return provider.Snapshot{}, err
		}
		fresh := false
		for i := range reports {
			draft := reports[i].draft()
			fresh = gathered.Add(&draft) || fresh
		}
		switch known := len(reports) > 0 && !fresh; {
		case next == "":
			return gathered.Finish("GET " + listPath)
		case !trail.Step(next):
			if fresh {
				gathered.Snapshot.Complete = false
			}
			return gathered.Finish("GET " + listPath)
		case known:
			gathered.Snapshot.Complete = false
			return gathered.Finish("GET " + listPath)
		case page == maxPages:
			gathered.Truncate()
		}
		if gathered.Snapshot.Truncated {
			break
		}
		cursor = next
	}
	return gathered.Finish("GET " + listPath)
}

func (s *source) fetchPage(ctx context.Context, cursor string) (reports []wireReport, next string, err error) {
	var answer list
	query := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if s.config.ProfileID != "" {
		query.Set("profile_id", s.config.ProfileID)
	}
	if cursor != "" {
		query.Set("after", cursor)
	}
	err = s.get(ctx, listPath, query.Encode(), func(response *apiclient.Response) error {
		next = response.Header.Get("CB-AFTER")
		err := response.DecodeJSON(&answer)
		switch {
		case err != nil:
			return err
		case len(answer.Message) > 0:
			return answer.classify(response)
		case answer.Reports == nil:
			// JSON null must not count as an empty list, or every report would vanish.
			return &provider.Error{Reason: provider.ReasonMalformed, Detail: "the answer is not a list of reports"}
		default:
			return response.Items(len(answer.Reports))
		}
	})
	return answer.Reports, next, err
}

// get signs and sends one read. It calls decode only for 2xx answers.
func (s *source) get(ctx context.Context, path, query string, decode func(*apiclient.Response) error) error {
	signed := path
	if query != "" {
		signed += "?" + query
	}
	values := s.secrets.Held(ctx)
	timestamp := strconv.FormatInt(s.client.Now().Unix(), 10)
	signature, err := sign(values[secretSigning], timestamp, http.MethodGet, signed)
	if err != nil {
		return &provider.Error{Reason: provider.ReasonAuth, Tried: "GET " + listPath, Detail: err.Error()}
	}
	s.secrets.Sent(ctx, signature)
	header := http.Header{}
	header.Set("CB-ACCESS-KEY", values[secretKey].Reveal())
	header.Set("CB-ACCESS-PASSPHRASE", values[secretPassphrase].Reveal())
	header.Set("CB-ACCESS-SIGN", signature)
	header.Set("CB-ACCESS-TIMESTAMP", timestamp)
	request := apiclient.Request{Method: http.MethodGet, Path: path, Query: query, Header: header}
	return s.client.Do(ctx, request, func(response *apiclient.Response) error {
		if !response.OK() {
			var told refusal
			_ = response.DecodeJSON(&told) // gateways answer in HTML; then the status decides
			return told.classify(response)
		}
		return decode(response)
	})
}
