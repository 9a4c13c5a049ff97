package account

import (
	"unsafe"

	"export_status_exporter/provider"
)

// bytes estimates the memory used by the reports of a state.
func (s *state) bytes() int64 {
	total := bytesOf(s.snapshot)
	if listed := s.history.listed; listed != nil && listed != s.snapshot {
		total += bytesOf(listed)
	}
	return total
}

func bytesOf(snapshot *provider.Snapshot) int64 {
	total := int64(cap(snapshot.Reports)) * int64(unsafe.Sizeof(provider.Report{}))
	for i := range snapshot.Reports {
		r := &snapshot.Reports[i]
		total += int64(len(r.ID) + len(r.Type) + len(r.Format) + len(r.ProviderStatus))
	}
	return total
}
