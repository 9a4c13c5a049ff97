package cli

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/rules"
	"export_status_exporter/internal/web"
)

// settings holds the values of the flags.
type settings struct {
	app.Options

	check, once, list   bool
	listAPIs            bool
	only                []string
	listFormat, color   string
	health              bool
	saved               Saved
	printRules          bool
	links               rules.Bases
	fileGiven           bool // on the command line; the environment variable is always set in containers
	logLevel, logFormat string
	shutdownTimeout     time.Duration
}

// newCommand declares every flag. Parsing fills the settings. A test compares
// the flags with the table in docs/flags.md.
func newCommand() (*kingpin.Application, *settings) {
	command := kingpin.New("export_status_exporter", "Prometheus exporter for data exports that you requested from exchanges and other APIs. Each flag has an environment variable: --log.level is EXPORT_STATUS_EXPORTER_LOG_LEVEL.")
	command.DefaultEnvars().Version(version.Print("export_status_exporter")).HelpFlag.Short('h')
	// These two flags have no environment variable: it would do nothing, and
	// images often set one of that name to their own version.
	command.HelpFlag.Help("Show this help.")
	command.VersionFlag.Help("Show the version.")
	command.UsageTemplate(helpTemplate).UsageFuncs(helpFuncs())
	command.HelpFlag.NoEnvar()
	command.VersionFlag.NoEnvar()
	s := &settings{}
	command.Flag("config.file", "Configuration file.").Default("export_status_exporter.yml").PlaceHolder("FILE").IsSetByUser(&s.fileGiven).StringVar(&s.ConfigFile)
	boolFlag(command.Flag("config.check", "Check the configuration file, print every problem and exit."), &s.check)
	boolFlag(command.Flag("demo", "Run without a configuration, against emulated providers on loopback."), &s.Demo)
	boolFlag(command.Flag("once", "Refresh every source once, print the metrics of the accounts and exit. The exit code is 1 if a source failed."), &s.once)
	boolFlag(command.Flag("list", "Refresh every source once, print the exports as a table and exit. The exit code is 1 if a source failed."), &s.list)
	command.Flag("account", "For --once and --list: refresh only this account. Can be repeated.").PlaceHolder("NAME").StringsVar(&s.Accounts)
	choicesFlag(command.Flag("list.only", "For --list: urgencies to list, separated by commas."), &s.only, web.Urgencies())
	choiceFlag(command.Flag("list.format", "For --list: a table, or the JSON of /exports.").Default("table"), &s.listFormat, []string{"table", "json"})
	choiceFlag(command.Flag("color", "For --list: color the urgencies. With auto, only on a terminal and unless NO_COLOR is set.").Default("auto"), &s.color, []string{"auto", "always", "never"})
	boolFlag(command.Flag("list-apis", "Print a table of the API definitions that an account can use and exit. It has those of the program, and those of apis and api_files in the configuration file."), &s.listAPIs)
	command.Flag("try", "Read a saved API response from standard input with an API definition, explain it, print the metrics and exit. The exit code is 1 if it does not fit.").PlaceHolder("NAME/SOURCE").StringVar(&s.saved.Source)
	command.Flag("try.id", "For --try: the id that the response was requested for.").PlaceHolder("ID").StringVar(&s.saved.ID)
	countFlag(command.Flag("try.http", "For --try: the HTTP status code of the response.").Default("200"), &s.saved.HTTP)
	command.Flag("try.now", "For --try: the time to evaluate the response at; now by default.").PlaceHolder("TIME").StringVar(&s.saved.Now)
	boolFlag(command.Flag("health", "Check a running exporter's health and exit 0 or 1 (for container health checks). Uses the first --web.listen-address, and https if --web.config.file has TLS."), &s.health)
	boolFlag(command.Flag("print-rules", "Print the alerting rules for Prometheus and exit."), &s.printRules)
	urlFlag(command.Flag("exporter-url", "For --print-rules: base URL of this exporter for the links in alerts; the scraped instance by default."), &s.links.Exporter)
	urlFlag(command.Flag("runbook-base", "For --print-rules: base URL of the runbooks; those that the exporter serves by default."), &s.links.Runbooks)
	s.Web = kingpinflag.AddFlags(command, ":10917")
	command.GetFlag("web.listen-address").PlaceHolder("ADDRESS")
	command.GetFlag("web.config.file").PlaceHolder("FILE")
	if flag := command.GetFlag("web.systemd-socket"); flag != nil { // on Linux
		boolFlag(flag, s.Web.WebSystemdSocket)
	}
	urlFlag(command.Flag("web.external-url", "URL at which Prometheus reaches the exporter, for /sd, with the whole path; the address of the request to /sd by default."), &s.ExternalURL)
	prefixFlag(command.Flag("web.route-prefix", "Path prefix of everything that the exporter serves, if a proxy keeps it. --health uses it too.").Default("/"), &s.RoutePrefix)
	numberFlag(command.Flag("shard", "Number of this shard, from 0.").Default("0"), &s.Shard.Number, 0)
	countFlag(command.Flag("total-shards", "Number of shards.").Default("1"), &s.Shard.Total)
	durationFlag(command.Flag("web.timeout-offset", "Time to subtract from Prometheus' scrape timeout.").Default("500ms"), &s.TimeoutOffset)
	countFlag(command.Flag("web.max-requests", "Maximum number of concurrent scrapes; more get 503.").Default("40"), &s.MaxRequests)
	durationFlag(command.Flag("web.shutdown-timeout", "Maximum time for scrapes in flight to end at shutdown.").Default("15s"), &s.shutdownTimeout)
	boolFlag(command.Flag("web.enable-pprof", "Serve profiles under /debug/pprof/; guard them with --web.config.file."), &s.EnablePprof)
	boolFlag(command.Flag("web.disable-reload-endpoint", "Do not serve POST /-/reload; SIGHUP still reloads."), &s.DisableReload)
	boolFlag(command.Flag("web.created-samples", "Add _created samples to OpenMetrics answers."), &s.CreatedSamples)
	countFlag(command.Flag("refresh.max-concurrent", "Maximum number of concurrent refreshes, over all accounts.").Default(strconv.Itoa(app.DefaultMaxRefreshes)), &s.MaxRefreshes)
	countFlag(command.Flag("refresh.max-per-host", "Maximum number of concurrent refreshes at one provider's host.").Default(strconv.Itoa(app.DefaultMaxRefreshesPerHost)), &s.MaxRefreshesPerHost)
	memoryFlag(command.Flag("refresh.max-memory", "Maximum memory for responses in flight and stored exports, such as 256MiB. 0 means half of GOMEMLIMIT, or 512MiB without one.").Default("0"), &s.MaxMemory)
	choiceFlag(command.Flag("log.level", "Minimum level to log: debug, info, warn or error.").Default("info"), &s.logLevel, app.LogLevels())
	choiceFlag(command.Flag("log.format", "Log format: logfmt or json.").Default("logfmt"), &s.logFormat, app.LogFormats())
	command.Validate(func(*kingpin.Application) error { return s.contradiction(command) })
	return command, s
}

// contradiction returns an error if a flag would be ignored because of another
// one.
func (s *settings) contradiction(command *kingpin.Application) error {
	named := func(name string) string {
		if flag := command.GetFlag(name); flag.HasEnvarValue() {
			return "--" + name + " (" + flag.Model().Envar + ")"
		}
		return "--" + name
	}
	var modes []string
	for _, mode := range []struct {
		name string
		on   bool
	}{{"config.check", s.check}, {"health", s.health}, {"list", s.list}, {"list-apis", s.listAPIs}, {"once", s.once}, {"print-rules", s.printRules}, {"try", s.saved.Source != ""}} {
		if mode.on {
			modes = append(modes, named(mode.name))
		}
	}
	switch {
	case len(modes) > 1:
		return fmt.Errorf("%s cannot be combined: give only one of them", strings.Join(modes, " and "))
	case len(s.Accounts) > 0 && !s.once && !s.list:
		return fmt.Errorf("%s needs --once or --list", named("account"))
	case !s.list && (len(s.only) > 0 || s.listFormat != "table" || s.color != "auto"):
		return errors.New("--list.only, --list.format and --color need --list")
	case s.Demo && s.listAPIs:
		return fmt.Errorf("%s and %s cannot be combined: the demo reads no configuration file", named("demo"), named("list-apis"))
	case s.saved.Source == "" && (s.saved.ID != "" || s.saved.Now != "" || s.saved.HTTP != http.StatusOK):
		return errors.New("--try.id, --try.http and --try.now need --try")
	case !s.printRules && (s.links.Exporter != nil || s.links.Runbooks != nil):
		return errors.New("--exporter-url and --runbook-base need --print-rules")
	case s.Demo && s.printRules:
		return fmt.Errorf("%s and %s cannot be combined: the rules are the same for every exporter", named("demo"), named("print-rules"))
	case s.Demo && s.saved.Source != "":
		return fmt.Errorf("%s and %s cannot be combined: --try makes no API call", named("demo"), named("try"))
	case s.Demo && s.check:
		return fmt.Errorf("%s and %s cannot be combined: the demo reads no configuration file", named("demo"), named("config.check"))
	case s.Demo && s.fileGiven:
		return errors.New(named("demo") + " and --config.file cannot be combined: the demo reads no configuration file")
	}
	return nil
}
