//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"export_status_exporter/internal/sandbox"
)

// keyEnds makes Kraken return an expiry for the key, which the emulation does not do by
// itself. Lists are answered normally: the first matching fault applies, and a key
// request has no source.
func keyEnds(at time.Time) []sandbox.Fault {
	answer, err := json.Marshal(map[string]any{
		"error": []string{},
		"result": map[string]any{
			"permissions": []string{"export-data"}, "validUntil": strconv.FormatInt(at.Unix(), 10),
		},
	})
	if err != nil {
		panic(err) // maps of strings can always be marshaled
	}
	return []sandbox.Fault{
		{Kind: sandbox.FaultLatency, Source: "trades"},
		{Kind: sandbox.FaultLatency, Source: "ledgers"},
		{Kind: sandbox.FaultStatus, Status: http.StatusOK, Body: answer},
	}
}
