package cli

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"export_status_exporter/internal/app"
)

// parsed parses a command line.
func parsed(arguments ...string) (*settings, error) {
	command, s := newCommand()
	_, err := command.Parse(arguments)
	return s, err
}

// TestWrongFlags: the error for a wrong value names the flag, the value, what
// is allowed and, if it came from there, the environment variable.
func TestWrongFlags(t *testing.T) {
	for _, c := range []struct{ flag, given, want string }{
		{"shard", "x", "a whole number from 0"},
		{"shard", "-1", "a whole number from 0"},
		{"total-shards", "0", "a whole number from 1"},
		{"web.max-requests", "-1", "a whole number from 1"},
		{"refresh.max-memory", "much", "an amount of memory such as 256MiB, from 1MiB, or 0"},
		{"refresh.max-memory", "1KiB", "an amount of memory such as 256MiB, from 1MiB, or 0"},
		{"refresh.max-concurrent", "many", "a whole number from 1"},
		{"web.timeout-offset", "-1s", "a duration such as 500ms or 15s"},
		{"web.shutdown-timeout", "soon", "a duration such as 500ms or 15s"},
		{"log.level", "loud", "debug, info, warn or error"},
		{"log.format", "xml", "logfmt or json"},
	} {
		want := "--" + c.flag + " must be " + c.want + `, not "` + c.given + `"`
		if _, err := parsed("--" + c.flag + "=" + c.given); err == nil || err.Error() != want {
			t.Errorf("--%s=%s: %v, want %s", c.flag, c.given, err, want)
		}
		t.Run(c.flag, func(t *testing.T) {
			variable := variableOf(c.flag)
			t.Setenv(variable, c.given)
			want += " (set by the environment variable " + variable + ")"
			if _, err := parsed(); err == nil || err.Error() != want {
				t.Errorf("%s=%s: %v, want %s", variable, c.given, err, want)
			}
		})
	}
	if _, err := parsed("--no-such-flag"); err == nil || !strings.Contains(err.Error(), "no-such-flag") {
		t.Errorf("a flag that is not there: %v", err)
	}
}

func variableOf(flag string) string {
	return "EXPORT_STATUS_EXPORTER_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
}

// TestSwitchVariables: the environment variable of every boolean flag accepts
// the usual words and rejects others.
func TestSwitchVariables(t *testing.T) {
	command, _ := newCommand()
	switches := 0
	for _, flag := range command.Model().Flags {
		if !flag.IsBoolFlag() || flag.Hidden || flag.Name == "help" || flag.Name == "version" {
			continue
		}
		switches++
		t.Run(flag.Name, func(t *testing.T) {
			variable := variableOf(flag.Name)
			t.Setenv(variable, "maybe")
			want := "--" + flag.Name + ` must be true or false, not "maybe" (set by the environment variable ` + variable + ")"
			if _, err := parsed(); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
			for _, word := range []string{"true", "1", "false", "0"} {
				t.Setenv(variable, word)
				if _, err := parsed(); err != nil {
					t.Errorf("%s: %v", word, err)
				}
			}
		})
	}
	if switches < 8 {
		t.Errorf("only %d switches were tried", switches)
	}
	t.Setenv("EXPORT_STATUS_EXPORTER_DEMO", "true")
	if s, err := parsed("--no-demo"); err != nil || s.Demo {
		t.Errorf("the command line does not win: demo %v, %v", s.Demo, err)
	}
}

// TestExternalURL: only a URL that Prometheus can scrape is accepted. The error
// does not repeat a wrong one, since it may hold a password.
func TestExternalURL(t *testing.T) {
	for given, want := range map[string]string{
		"http://localhost:10917":         "localhost:10917",
		"https://exports.example.org":    "exports.example.org",
		"HTTPS://exports.example.org/a/": "exports.example.org",
		"http://10.0.0.1:1":              "10.0.0.1:1",
		"http://[2001:db8::1]:65535/":    "[2001:db8::1]:65535",
		"http://export_status_exporter":  "export_status_exporter",
		"https://müller.example":         "müller.example",
	} {
		s, err := parsed("--web.external-url=" + given)
		if err != nil || s.ExternalURL.Host != want {
			t.Errorf("%s: %v %v, want %s", given, s.ExternalURL, err, want)
		}
	}
	if s, err := parsed(); err != nil || s.ExternalURL != nil {
		t.Errorf("not given: %v %v", s.ExternalURL, err)
	}
	const want = "--web.external-url must be an address like http://host:port or https://host/path, without user, query or fragment"
	password := rand.Text()
	for _, given := range []string{
		"", "foo", "//h", "localhost:10917", "ftp://x", "http:h", "http://", "http:///path", "http://:80", "http://h:", "http://h:0",
		"http://h:99999", "http://h:port", "http://a,b", "http://::1", "http://a%20b", "http://a b", "http://<h>", "http://h?q=1", "http://h?",
		"http://h/#part", "http://h/#", "http://@h", "http://user@h", "http://user:" + password + "@h", "http://user:" + password + "@h:99999",
	} {
		if s, err := parsed("--web.external-url=" + given); err == nil || err.Error() != want {
			t.Errorf("%q: %v %v", given, s.ExternalURL, err)
		}
	}
	t.Setenv("EXPORT_STATUS_EXPORTER_WEB_EXTERNAL_URL", "http://user:"+password+"@h")
	if _, err := parsed(); err == nil || err.Error() != want+" (set by the environment variable EXPORT_STATUS_EXPORTER_WEB_EXTERNAL_URL)" {
		t.Error(err)
	}
}

// TestContradictions: a flag is never ignored because of another.
func TestContradictions(t *testing.T) {
	const modes, demo = " cannot be combined: give only one of them", " cannot be combined: the demo reads no configuration file"
	for arguments, want := range map[string]string{
		"--once --list":                         "--list and --once" + modes,
		"--health --config.check":               "--config.check and --health" + modes,
		"--list --config.check --once --health": "--config.check and --health and --list and --once" + modes,
		"--demo --list --once":                  "--list and --once" + modes,
		"--demo --config.check":                 "--demo and --config.check" + demo,
		"--demo --config.file=nope.yml":         "--demo and --config.file" + demo,
		"--demo --once":                         "",
		"--demo --list":                         "",
		"--demo --health":                       "",
		"--demo --web.listen-address=:1":        "",
		"--health --web.listen-address=:1":      "",
		"--config.check --config.file=some.yml": "",
		"--once --config.file=some.yml":         "",
		"--once --no-list":                      "",
		"--try=a/b --once":                      "--once and --try" + modes,
		"--try=a/b --demo":                      "--demo and --try cannot be combined: --try makes no API call",
		"--try.id=A":                            "--try.id, --try.http and --try.now need --try",
		"--try.http=404":                        "--try.id, --try.http and --try.now need --try",
		"--try=a/b --try.id=A --try.http=404":   "",
		"--once --account=a --account=b":        "",
		"--list --account a":                    "",
		"--account=a":                           "--account needs --once or --list",
		"--config.check --account=a":            "--account needs --once or --list",
		"--list-apis --once":                    "--list-apis and --once" + modes,
		"--list-apis --demo":                    "--demo and --list-apis" + demo,
	} {
		got := ""
		if _, err := parsed(strings.Fields(arguments)...); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", arguments, got, want)
		}
	}
	// The image sets the variable of --config.file, so --demo must ignore it.
	t.Setenv("EXPORT_STATUS_EXPORTER_CONFIG_FILE", "some.yml")
	if _, err := parsed("--demo"); err != nil {
		t.Error(err)
	}
	t.Setenv("EXPORT_STATUS_EXPORTER_DEMO", "true")
	want := "--demo (EXPORT_STATUS_EXPORTER_DEMO) and --config.check" + demo
	if _, err := parsed("--config.check"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestNotReady: a start that fails because it cannot listen never logs "ready".
func TestNotReady(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*settings)
		want   string
	}{
		"no sockets of systemd": {func(s *settings) { *s.Web.WebSystemdSocket = true }, "no socket activation file descriptors found"},
		"a wrong vsock":         {func(s *settings) { *s.Web.WebListenAddresses = []string{"vsock://nowhere"} }, "missing port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LISTEN_PID", "")
			s, err := parsed("--demo")
			if err != nil {
				t.Fatal(err)
			}
			c.change(s)
			var told bytes.Buffer
			if s.Loggers, err = app.NewLoggers(&told, "info", "logfmt", time.Now); err != nil {
				t.Fatal(err)
			}
			if err := serve(t.Context(), s.Options, time.Minute); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
			if log := told.String(); strings.Contains(log, "msg=ready") || !strings.Contains(log, "msg=starting") {
				t.Errorf("the log:\n%s", log)
			}
		})
	}
}
