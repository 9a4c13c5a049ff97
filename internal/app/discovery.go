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

// ExternalURLForm says what ParseExternalURL takes.
const ExternalURLForm = "http://host:port or https://host/path, without user, query or fragment"

// ParseExternalURL reads the address that /sd gives to Prometheus. It refuses what
// a target has no place for: Prometheus would scrape something else than what
// was written, or nothing, and say so far from here.
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

// notInNames reports whether a host's name cannot have a character. Letters of
// every language are taken, as net/http does.
func notInNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
}

// targetGroup is one element of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// serveDiscovery lists the accounts for http_sd_configs, one target group for
// each. All labels begin with __, so none of them stays on a series: a target
// label "account" would turn ours into "exported_account".
func (a *App) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	target, location := a.location(r)
	if target == "" {
		http.Error(w, "the request names no host that Prometheus could scrape; set --web.external-url", http.StatusBadRequest)
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
	_ = json.NewEncoder(w).Encode(groups) // the client has left; there is nobody to tell
}

// location is where Prometheus finds /probe: the host, empty if there is none,
// and labels for what is not as a scrape configuration has it. An external
// address with a path says the whole path; without one the route prefix counts.
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
		host = local.String() // HTTP/1.0 needs no Host
	}
	if u, ok := ParseExternalURL("http://" + host); !ok || u.Host != host || u.Path != "" {
		return "", nil
	}
	return host, labels
}
