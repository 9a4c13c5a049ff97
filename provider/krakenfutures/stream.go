package krakenfutures

import (
	"context"
	"strings"
	"time"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// streamAccountLog is the stream with numbered rows.
const streamAccountLog = "account_log"

// streamNames returns the history streams. The names are also used as report ids and
// types.
func streamNames() []string { return []string{streamAccountLog, "executions", "orders", "triggers"} }

// streamPath returns the path of a stream in the history API.
func streamPath(name string) string {
	return "/api/history/v3/" + strings.ReplaceAll(name, "_", "-")
}

// newestRow requests only the newest row, which costs one token of the budget. Without
// count, the API would send 500 financial rows and charge three tokens.
const newestRow = "count=1&sort=desc"

// stream implements provider.Source for one history stream.
type stream struct {
	name   string
	caller *caller
}

// Name implements provider.Source.
func (s *stream) Name() string { return s.name }

// Types implements provider.Source.
func (s *stream) Types() []string { return []string{s.name} }

// Fetch implements provider.Source.
func (s *stream) Fetch(ctx context.Context) (provider.Snapshot, error) {
	var draft provider.Draft
	values := s.caller.secrets.Held(ctx)
	err := s.caller.get(ctx, values, streamPath(s.name), newestRow, func(response *apiclient.Response) error {
		var answer history
		err := response.DecodeJSON(&answer)
		response.SetServerTime(answer.ServerTime.Time)
		rows, odd := answer.rows(s.name)
		switch {
		case !response.OK():
			return answer.classify(response)
		case err != nil:
			return answer.unread(err)
		case answer.refused() || len(rows) == 0 && answer.known() != nil || odd != nil && answer.failed():
			// An error may come with an empty list.
			return answer.classify(response)
		case odd != nil:
			return odd
		default:
			draft = s.draft(rows, response.Received)
			return nil
		}
	})
	s.caller.streams.note(values, err)
	if err != nil {
		return provider.Snapshot{}, err
	}
	list := provider.NewList(nil, nil)
	list.Add(&draft)
	return list.Snapshot, nil
}

// draft returns the stream as a report: ready because it answered, with data up to the
// time of the answer. The rows are compared, in case they are not sorted.
func (s *stream) draft(rows []row, answered time.Time) provider.Draft {
	d := provider.Draft{
		ID:      s.name,
		Type:    s.name,
		Status:  provider.StatusReady,
		DataEnd: provider.MomentAt(answered),
	}
	for i := range rows {
		moment := rows[i].moment()
		d.LastEntry.Unreadable = d.LastEntry.Unreadable || moment.Unreadable
		if moment.Time.After(d.LastEntry.Time) {
			d.LastEntry.Time = moment.Time
		}
		if s.name == streamAccountLog {
			d.Rows = newestID(d.Rows, rows[i].ID.Number)
		}
	}
	return d
}

// newestID returns the greater of two row ids. Ids start at 1 and have no gaps, so the
// newest id is the number of rows.
func newestID(newest, id provider.Number) provider.Number {
	id = id.Count()
	newest.Unreadable = newest.Unreadable || id.Unreadable
	if id.Known && id.Value > newest.Value {
		newest.Value, newest.Known = id.Value, true
	}
	return newest
}
