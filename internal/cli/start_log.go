package cli

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/go-kit/log/level"

	"export_status_exporter/internal/app"
)

// versionOf returns the version that --version, the metrics, the pages and the
// log show: the version set at build time, else that of the Go module.
func versionOf(built string, read func() (*debug.BuildInfo, bool)) string {
	if built != "" {
		return built
	}
	if info, ok := read(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return "dev"
}

// logStart logs "ready" once the listeners are open, with what distinguishes
// this process from others. Systemd and vsock listeners are opened later and
// can still fail, so it logs "starting" for those; exporter-toolkit logs each
// of them.
func logStart(o app.Options, program *app.App) {
	message, address := "ready", program.URL()
	if address == "" {
		message = "starting"
	}
	line := []any{"msg", message}
	if address != "" {
		line = append(line, "address", address)
	}
	line = append(line, "version", o.Version, "demo", o.Demo)
	if !o.Demo {
		line = append(line, "file", o.ConfigFile)
	}
	line = append(line, "accounts", counts(program.Providers()))
	if o.Shard.Total > 1 {
		line = append(line, "shard", fmt.Sprintf("%d of %d", o.Shard.Number, o.Shard.Total))
	}
	_ = level.Info(o.Loggers.Kit).Log(line...)
}

// counts formats counts by name: coinbase_exchange=1 kraken=2.
func counts(of map[string]int) string {
	parts := make([]string, 0, len(of))
	for _, name := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, fmt.Sprintf("%s=%d", name, of[name]))
	}
	return strings.Join(parts, " ")
}

// forPeople returns an address in the form that a browser on this machine can
// open.
func forPeople(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil && ip.IsUnspecified() {
		u.Host = net.JoinHostPort("localhost", u.Port())
	}
	return u.String()
}
