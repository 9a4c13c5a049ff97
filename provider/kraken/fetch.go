package kraken

import (
	"context"
	"net/url"

	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// exportStatusPath is the path of the call, exactly as signed.
const exportStatusPath = "/0/private/ExportStatus"

// source implements provider.Source for one kind of report.
type source struct {
	kind   string
	caller *caller
	check  *keyCheck // nil unless check_key is set
}

// Name implements provider.Source.
func (s *source) Name() string { return s.kind }

// Types implements provider.Source. The kind is the only type.
func (s *source) Types() []string { return []string{s.kind} }

// Fetch implements provider.Source. There is no paging: one call returns all reports of
// the kind.
func (s *source) Fetch(ctx context.Context) (provider.Snapshot, error) {
	turn, release, err := s.caller.begin(ctx)
	if err != nil {
		return provider.Snapshot{}, err
	}
	defer release()
	var snapshot provider.Snapshot
	err = turn.post(ctx, exportStatusPath, url.Values{"report": {s.kind}}, func(response *apiclient.Response) error {
		reports, warnings, err := decode(response)
		if err != nil {
			return err
		}
		snapshot, err = s.snapshot(reports)
		snapshot.Warnings = append(snapshot.Warnings, warnings...)
		return err
	})
	if err == nil && s.check != nil {
		err = s.check.add(ctx, turn, &snapshot)
	}
	return snapshot, err
}

// snapshot converts the reports that have an id.
func (s *source) snapshot(wire []wireReport) (provider.Snapshot, error) {
	list := provider.NewList(nil, s.caller.secrets.Hide)
	list.Snapshot.Reports = make([]provider.Report, 0, len(wire))
	for i := range wire {
		draft := wire[i].draft(s.kind)
		list.Add(&draft)
	}
	return list.Finish("")
}
