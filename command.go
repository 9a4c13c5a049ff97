package main

import (
	"strconv"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"export_status_exporter/internal/app"
)

// settings are what the flags say.
type settings struct {
	app.Options

	check, once, list   bool
	health              bool
	logLevel, logFormat string
	shutdownTimeout     time.Duration
}

// newCommand declares every flag. The settings are filled by parsing. The table
// in README.md is compared with what is declared here.
func newCommand() (*kingpin.Application, *settings) {
	cli := kingpin.New("export_status_exporter", "Shows Prometheus the state of data exports that were requested from providers. Flags can be set by environment variables named after them: --log.level is EXPORT_STATUS_EXPORTER_LOG_LEVEL.")
	cli.DefaultEnvars().Version(version.Print("export_status_exporter")).HelpFlag.Short('h')
	// Set by a variable these two do nothing, and images like to hold their
	// version in one of this name.
	cli.HelpFlag.NoEnvar()
	cli.VersionFlag.NoEnvar()
	s := &settings{}
	cli.Flag("config.file", "The configuration file.").Default("export_status_exporter.yml").StringVar(&s.ConfigFile)
	cli.Flag("config.check", "Check the configuration file, print every problem and exit.").BoolVar(&s.check)
	cli.Flag("demo", "Run without a configuration against four emulated providers on loopback.").BoolVar(&s.Demo)
	cli.Flag("once", "Ask every source once, print the accounts' metrics and exit; the exit code is 1 if a source failed.").BoolVar(&s.once)
	cli.Flag("list", "Ask every source once, print the reports as a table and exit; the exit code is 1 if a source failed.").BoolVar(&s.list)
	cli.Flag("health", "Ask the exporter that listens on the first --web.listen-address whether it is alive, and exit with 0 or 1; for health checks of containers.").BoolVar(&s.health)
	s.Web = kingpinflag.AddFlags(cli, ":10917")
	cli.Flag("web.external-url", "The address that /sd gives to Prometheus, if it is not the one that /sd was asked on.").PlaceHolder("URL").URLVar(&s.ExternalURL)
	cli.Flag("shard", "Which shard of the accounts this process has, from 0.").Default("0").IntVar(&s.Shard.Number)
	app.Count(cli.Flag("total-shards", "How many shards there are.").Default("1"), &s.Shard.Total, "total-shards")
	app.Wait(cli.Flag("web.timeout-offset", "Taken off Prometheus' scrape timeout, for the way of the answer.").Default("500ms"), &s.TimeoutOffset, "web.timeout-offset")
	app.Count(cli.Flag("web.max-requests", "Most scrapes at once; more are answered 503.").Default("40"), &s.MaxRequests, "web.max-requests")
	app.Wait(cli.Flag("web.shutdown-timeout", "How long scrapes in flight may take to end on SIGTERM.").Default("15s"), &s.shutdownTimeout, "web.shutdown-timeout")
	cli.Flag("web.enable-pprof", "Serve profiles under /debug/pprof/; guard them with --web.config.file.").BoolVar(&s.EnablePprof)
	cli.Flag("web.disable-reload-endpoint", "Do not serve POST /-/reload; SIGHUP still reloads.").BoolVar(&s.DisableReload)
	cli.Flag("web.created-samples", "Add _created samples to OpenMetrics answers.").BoolVar(&s.CreatedSamples)
	app.Count(cli.Flag("refresh.max-concurrent", "Most refreshes at once over all accounts.").Default(strconv.Itoa(app.DefaultMaxRefreshes)), &s.MaxRefreshes, "refresh.max-concurrent")
	app.Count(cli.Flag("refresh.max-per-host", "Most refreshes at once at one provider's host.").Default(strconv.Itoa(app.DefaultMaxRefreshesPerHost)), &s.MaxRefreshesPerHost, "refresh.max-per-host")
	cli.Flag("log.level", "Least severe messages to log.").Default("info").EnumVar(&s.logLevel, app.LogLevels()...)
	cli.Flag("log.format", "Form of the log.").Default("logfmt").EnumVar(&s.logFormat, app.LogFormats()...)
	return cli, s
}
