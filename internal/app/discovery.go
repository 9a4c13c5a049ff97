package app

import (
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// ExternalURLForm describes what ParseExternalURL accepts.
const ExternalURLForm = "http://host:port or https://host/path, without user, query or fragment"

// ParseExternalURL parses the URL that /sd returns to Prometheus. It rejects
// anything that a target cannot express: Prometheus would otherwise scrape
// something else, or nothing, without a hint at the cause.
func ParseExternalURL(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.ContainsAny(text, "?#") {
		return nil, false
	}
	if _, err := netip.ParseAddr(u.Hostname()); err != nil && (u.Hostname() == "" || strings.ContainsFunc(u.Hostname(), notInNames)) {
		return nil, false
	}
	if u.Port() != "" || strings.HasSuffix(u.Host, ":") {
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil || port == 0 {
			return nil, false
		}
	}
	return u, true
}

// notInNames reports whether a character cannot occur in a host name. Letters
// of all languages are accepted, as net/http does.
func notInNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
}

// targetGroup is one element of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// serveDiscovery lists the accounts for http_sd_configs, one target group each.
// All labels begin with __, so none of them ends up on a series: a target label
// "account" would turn ours into "exported_account".
func (a *App) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	target, location := a.location(r)
	if target == "" {
		http.Error(w, "the request has no host that Prometheus could scrape; set --web.external-url", http.StatusBadRequest)
		return
	}
	members := a.fleet.Current().Members
	groups := make([]targetGroup, 0, len(members))
	for _, m := range members {
		group := targetGroup{Targets: []string{target}, Labels: map[string]string{
			"__param_account":               m.Name(),
			"__meta_export_status_account":  m.Name(),
			"__meta_export_status_provider": m.Provider(),
		}}
		maps.Copy(group.Labels, location)
		groups = append(groups, group)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(groups) // an error means that the client disconnected
}

// location returns the host at which Prometheus finds /probe, empty if there is
// none, and labels for a scheme or path that differs from the default. The path
// of an external URL replaces the route prefix.
func (a *App) location(r *http.Request) (host string, labels map[string]string) {
	prefix := string(a.options.RoutePrefix)
	if external := a.options.ExternalURL; external != nil {
		if public := strings.TrimRight(external.Path, "/"); public != "" {
			prefix = public
		}
		return external.Host, map[string]string{"__scheme__": external.Scheme, "__metrics_path__": prefix + "/probe"}
	}
	if prefix != "" {
		labels = map[string]string{"__metrics_path__": prefix + "/probe"}
	}
	host = r.Host
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && host == "" {
		host = local.String() // HTTP/1.0 does not require a Host header
	}
	if u, ok := ParseExternalURL("http://" + host); !ok || u.Host != host || u.Path != "" {
		return "", nil
	}
	return host, labels
}
