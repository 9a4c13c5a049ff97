package app

import (
	"encoding/json"
	"net/http"
	"strings"
)

// targetGroup is one element of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// serveDiscovery lists the accounts for http_sd_configs, one target group for
// each. All labels begin with __, so none of them stays on a series: a target
// label "account" would turn ours into "exported_account".
func (a *App) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	members := a.fleet.Load().members
	groups := make([]targetGroup, 0, len(members))
	for _, m := range members {
		group := targetGroup{Targets: []string{r.Host}, Labels: map[string]string{
			"__param_account":               m.config.Name,
			"__meta_export_status_account":  m.config.Name,
			"__meta_export_status_provider": m.config.Provider.Name(),
		}}
		if external := a.options.ExternalURL; external != nil {
			group.Targets[0] = external.Host
			group.Labels["__scheme__"] = external.Scheme
			group.Labels["__metrics_path__"] = strings.TrimRight(external.Path, "/") + "/probe"
		}
		groups = append(groups, group)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(groups) // the client has left; there is nobody to tell
}
