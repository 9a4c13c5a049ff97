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

// settings are what the flags say.
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
	fileGiven           bool // on the command line; a container's variable is always set
	logLevel, logFormat string
	shutdownTimeout     time.Duration
}

// newCommand declares every flag. The settings are filled by parsing. The table
// in README.md is compared with what is declared here.
func newCommand() (*kingpin.Application, *settings) {
	command := kingpin.New("export_status_exporter", "Shows Prometheus the state of data exports that were requested from providers. Flags can be set by environment variables named after them: --log.level is EXPORT_STATUS_EXPORTER_LOG_LEVEL.")
	command.DefaultEnvars().Version(version.Print("export_status_exporter")).HelpFlag.Short('h')
	// Set by a variable these two do nothing, and images like to hold their
	// version in one of this name.
	command.HelpFlag.Help("Show this help.")
	command.VersionFlag.Help("Show the version.")
	command.UsageTemplate(helpTemplate).UsageFuncs(helpFuncs())
	command.HelpFlag.NoEnvar()
	command.VersionFlag.NoEnvar()
	s := &settings{}
	command.Flag("config.file", "The configuration file.").Default("export_status_exporter.yml").PlaceHolder("FILE").IsSetByUser(&s.fileGiven).StringVar(&s.ConfigFile)
	toggle(command.Flag("config.check", "Check the configuration file, print every problem and exit."), &s.check)
	toggle(command.Flag("demo", "Run without a configuration against emulated providers on loopback."), &s.Demo)
	toggle(command.Flag("once", "Ask every source once, print the accounts' metrics and exit; the exit code is 1 if a source failed."), &s.once)
	toggle(command.Flag("list", "Ask every source once, print the reports as a table and exit; the exit code is 1 if a source failed."), &s.list)
	command.Flag("account", "Of --once and --list: ask this account alone; may be repeated.").PlaceHolder("NAME").StringsVar(&s.Accounts)
	choices(command.Flag("list.only", "Of --list: the urgencies of the exports to list, with commas between them."), &s.only, web.Urgencies())
	choice(command.Flag("list.format", "Of --list: a table, or the JSON of /exports.").Default("table"), &s.listFormat, []string{"table", "json"})
	choice(command.Flag("color", "Of --list: whether urgencies have colors; auto is on a terminal, unless NO_COLOR is set.").Default("auto"), &s.color, []string{"auto", "always", "never"})
	toggle(command.Flag("list-apis", "Print the API definitions that an account can use as a table and exit: those that come with the program, and those of apis and api_files in the configuration file."), &s.listAPIs)
	command.Flag("try", "Read a saved answer of an API on standard input by an API definition, explain it, print the metrics and exit; the exit code is 1 if it does not fit.").PlaceHolder("NAME/SOURCE").StringVar(&s.saved.Source)
	command.Flag("try.id", "The id that the saved answer was asked for.").PlaceHolder("ID").StringVar(&s.saved.ID)
	count(command.Flag("try.http", "The HTTP status code of the saved answer.").Default("200"), &s.saved.HTTP)
	command.Flag("try.now", "The moment at which the saved answer is judged; the present by default.").PlaceHolder("TIME").StringVar(&s.saved.Now)
	toggle(command.Flag("health", "Ask the exporter that listens on the first --web.listen-address whether it is alive, and exit with 0 or 1; by https if --web.config.file says so. For health checks of containers."), &s.health)
	toggle(command.Flag("print-rules", "Print the alerting rules for Prometheus, and exit."), &s.printRules)
	external(command.Flag("exporter-url", "For --print-rules: the address at which people reach this exporter, which links in alerts begin with; the instance that was scraped by default."), &s.links.Exporter)
	external(command.Flag("runbook-base", "For --print-rules: the address below which runbooks are found by the name of their alert; those of the exporter by default."), &s.links.Runbooks)
	s.Web = kingpinflag.AddFlags(command, ":10917")
	command.GetFlag("web.listen-address").PlaceHolder("ADDRESS")
	command.GetFlag("web.config.file").PlaceHolder("FILE")
	if flag := command.GetFlag("web.systemd-socket"); flag != nil { // on Linux
		toggle(flag, s.Web.WebSystemdSocket)
	}
	external(command.Flag("web.external-url", "The address that /sd gives to Prometheus, if it is not the one that /sd was asked on: http or https, a host, a port or path if need be: the whole path, with --web.route-prefix where a proxy keeps it."), &s.ExternalURL)
	prefix(command.Flag("web.route-prefix", "The path below which everything is served, if a proxy keeps it; --health takes it too.").Default("/"), &s.RoutePrefix)
	index(command.Flag("shard", "Which shard of the accounts this process has, from 0.").Default("0"), &s.Shard.Number)
	count(command.Flag("total-shards", "How many shards there are.").Default("1"), &s.Shard.Total)
	wait(command.Flag("web.timeout-offset", "Taken off Prometheus' scrape timeout, for the way of the answer.").Default("500ms"), &s.TimeoutOffset)
	count(command.Flag("web.max-requests", "Most scrapes at once; more are answered 503.").Default("40"), &s.MaxRequests)
	wait(command.Flag("web.shutdown-timeout", "How long scrapes in flight may take to end on SIGTERM.").Default("15s"), &s.shutdownTimeout)
	toggle(command.Flag("web.enable-pprof", "Serve profiles under /debug/pprof/; guard them with --web.config.file."), &s.EnablePprof)
	toggle(command.Flag("web.disable-reload-endpoint", "Do not serve POST /-/reload; SIGHUP still reloads."), &s.DisableReload)
	toggle(command.Flag("web.created-samples", "Add _created samples to OpenMetrics answers."), &s.CreatedSamples)
	count(command.Flag("refresh.max-concurrent", "Most refreshes at once over all accounts.").Default(strconv.Itoa(app.DefaultMaxRefreshes)), &s.MaxRefreshes)
	count(command.Flag("refresh.max-per-host", "Most refreshes at once at one provider's host.").Default(strconv.Itoa(app.DefaultMaxRefreshesPerHost)), &s.MaxRefreshesPerHost)
	memory(command.Flag("refresh.max-memory", "Most memory for answers in flight and reports held, over all accounts, such as 256MiB; 0 means half of GOMEMLIMIT, else 512MiB.").Default("0"), &s.MaxMemory)
	choice(command.Flag("log.level", "Least severe messages to log.").Default("info"), &s.logLevel, app.LogLevels())
	choice(command.Flag("log.format", "Form of the log.").Default("logfmt"), &s.logFormat, app.LogFormats())
	command.Validate(func(*kingpin.Application) error { return s.contradiction(command) })
	return command, s
}

// contradiction is an error if some of the flags would be ignored because of
// others.
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
		return fmt.Errorf("%s cannot be given together: each of them is all that the program then does", strings.Join(modes, " and "))
	case len(s.Accounts) > 0 && !s.once && !s.list:
		return fmt.Errorf("%s is about --once and --list, and neither is given", named("account"))
	case !s.list && (len(s.only) > 0 || s.listFormat != "table" || s.color != "auto"):
		return errors.New("--list.only, --list.format and --color are about --list, which is missing")
	case s.Demo && s.listAPIs:
		return fmt.Errorf("%s and %s cannot be given together: the demo reads no configuration file", named("demo"), named("list-apis"))
	case s.saved.Source == "" && (s.saved.ID != "" || s.saved.Now != "" || s.saved.HTTP != http.StatusOK):
		return errors.New("--try.id, --try.http and --try.now are about the saved answer of --try, which is missing")
	case !s.printRules && (s.links.Exporter != nil || s.links.Runbooks != nil):
		return errors.New("--exporter-url and --runbook-base are about the links of --print-rules, which is missing")
	case s.Demo && s.printRules:
		return fmt.Errorf("%s and %s cannot be given together: the rules are the same for every exporter", named("demo"), named("print-rules"))
	case s.Demo && s.saved.Source != "":
		return fmt.Errorf("%s and %s cannot be given together: a saved answer asks nobody", named("demo"), named("try"))
	case s.Demo && s.check:
		return fmt.Errorf("%s and %s cannot be given together: the demo reads no configuration file", named("demo"), named("config.check"))
	case s.Demo && s.fileGiven:
		return errors.New(named("demo") + " and --config.file cannot be given together: the demo reads no configuration file")
	}
	return nil
}
