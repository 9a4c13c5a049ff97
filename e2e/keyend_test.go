//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"export_status_exporter/internal/sandbox"
)

// keyEnds makes Kraken say when a key ends; the emulated one never tells of an
// end. The lists are answered as ever: the first fault that fits a request is
// taken, and a request about the key has no source.
func keyEnds(at time.Time) []sandbox.Fault {
	answer, err := json.Marshal(map[string]any{
		"error": []string{},
		"result": map[string]any{
			"permissions": []string{"export-data"}, "validUntil": strconv.FormatInt(at.Unix(), 10),
		},
	})
	if err != nil {
		panic(err) // strings and maps of strings always marshal
	}
	return []sandbox.Fault{
		{Kind: sandbox.FaultLatency, Source: "trades"},
		{Kind: sandbox.FaultLatency, Source: "ledgers"},
		{Kind: sandbox.FaultStatus, Status: http.StatusOK, Body: answer},
	}
}
