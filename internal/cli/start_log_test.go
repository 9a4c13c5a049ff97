package cli

import (
	"bytes"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/alecthomas/kingpin/v2"
)

// TestVersionOf: the version of the build, else that of the module.
func TestVersionOf(t *testing.T) {
	for _, c := range []struct{ built, module, want string }{
		{"1.2.3", "v9.9.9", "1.2.3"},
		{"", "v1.4.0", "1.4.0"},
		{"", "(devel)", "dev"},
		{"", "", "dev"},
	} {
		read := func() (*debug.BuildInfo, bool) {
			return &debug.BuildInfo{Main: debug.Module{Version: c.module}}, c.module != ""
		}
		if got := versionOf(c.built, read); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestForPeople: an address that means all interfaces is shown as localhost.
func TestForPeople(t *testing.T) {
	for address, want := range map[string]string{
		"http://[::]:10917/":        "http://localhost:10917/",
		"http://0.0.0.0:1/deep/er/": "http://localhost:1/deep/er/",
		"http://127.0.0.1:10917/":   "http://127.0.0.1:10917/",
		"http://192.0.2.7:10917/":   "http://192.0.2.7:10917/",
		"127.0.0.1:10917":           "127.0.0.1:10917",
	} {
		if got := forPeople(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	if got := counts(map[string]int{"b": 2, "a": 10}); got != "a=10 b=2" {
		t.Error(got)
	}
}

// TestHelp: every flag is in the help once, with its placeholder, in lines that
// fit a terminal.
func TestHelp(t *testing.T) {
	var out bytes.Buffer
	command, _ := newCommand()
	command.UsageWriter(&out).Usage(nil)
	help := out.String()
	for _, flag := range command.Model().Flags {
		line := "--" + flag.Name
		if !flag.IsBoolFlag() {
			if flag.PlaceHolder == "" {
				t.Errorf("%s does not say what it takes", line)
			}
			line += "=" + flag.PlaceHolder
		}
		want := 1
		if flag.Hidden {
			want = 0
		}
		stands := regexp.MustCompile(`(?m)^  (   |-.,) ` + regexp.QuoteMeta(line) + `( |$)`)
		if got := len(stands.FindAllString(help, -1)); got != want {
			t.Errorf("%s stands %d times in the help, want %d:\n%s", line, got, want, help)
		}
	}
	for line := range strings.Lines(help) {
		if len(line) > 81 && !strings.Contains(line, "https://") {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
	if got := len(groups([]*kingpin.FlagModel{{Name: "x", Hidden: true}})[0].Flags); got != 0 {
		t.Errorf("%d hidden flags are shown", got)
	}
}
