package cli

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"

	"export_status_exporter/internal/app"
)

// These functions declare the flags instead of kingpin's own, whose errors name
// neither the flag nor the environment variable that holds the value.

// countFlag makes a flag a whole number of at least 1.
func countFlag(flag *kingpin.FlagClause, target *int) { numberFlag(flag, target, 1) }

// numberFlag makes a flag a whole number with a minimum. Kingpin's own numbers
// accept any sign.
func numberFlag(flag *kingpin.FlagClause, target *int, least int) {
	declare(flag.PlaceHolder("N"), &value{want: fmt.Sprintf("a whole number from %d", least), set: func(s string) bool {
		n, err := strconv.Atoi(s)
		*target = n
		return err == nil && n >= least
	}})
}

// durationFlag makes a flag a duration that is not negative.
func durationFlag(flag *kingpin.FlagClause, target *time.Duration) {
	declare(flag.PlaceHolder("DURATION"), &value{want: "a duration such as 500ms or 15s", set: func(s string) bool {
		d, err := time.ParseDuration(s)
		*target = d
		return err == nil && d >= 0
	}})
}

// leastMaxMemory is the minimum of --refresh.max-memory in bytes.
const leastMaxMemory = 1 << 20

// memoryFlag makes a flag an amount of memory in bytes. 0 means the default.
func memoryFlag(flag *kingpin.FlagClause, target *int64) {
	declare(flag.PlaceHolder("SIZE"), &value{want: "an amount of memory such as 256MiB, from 1MiB, or 0", set: func(s string) bool {
		if s == "0" {
			*target = 0
			return true
		}
		n, err := units.ParseBase2Bytes(s)
		*target = int64(n)
		return err == nil && n >= leastMaxMemory
	}})
}

// choiceFlag makes a flag one of several words. It needs at least two.
func choiceFlag(flag *kingpin.FlagClause, target *string, words []string) {
	last := len(words) - 1
	want := strings.Join(words[:last], ", ") + " or " + words[last]
	declare(flag.PlaceHolder(strings.Join(words, "|")).HintOptions(words...), &value{want: want, set: func(s string) bool {
		*target = s
		return slices.Contains(words, s)
	}})
}

// choicesFlag makes a flag a comma-separated list of words.
func choicesFlag(flag *kingpin.FlagClause, target *[]string, words []string) {
	want := "one or more of " + strings.Join(words, ", ") + ", with commas between them"
	declare(flag.PlaceHolder("WORD,..."), &value{want: want, set: func(s string) bool {
		*target = strings.Split(s, ",")
		return !slices.ContainsFunc(*target, func(word string) bool { return !slices.Contains(words, word) })
	}})
}

// urlFlag makes a flag a URL by which others reach the exporter.
func urlFlag(flag *kingpin.FlagClause, target **url.URL) {
	declare(flag.PlaceHolder("URL"), &value{want: "an address like " + app.ExternalURLForm, discreet: true, set: func(s string) (ok bool) {
		*target, ok = app.ParseExternalURL(s)
		return ok
	}})
}

// prefixFlag makes a flag a route prefix.
func prefixFlag(flag *kingpin.FlagClause, target *app.RoutePrefix) {
	declare(flag.PlaceHolder("PATH"), &value{want: app.RoutePrefixForm, set: func(s string) (ok bool) {
		*target, ok = app.ParseRoutePrefix(s)
		return ok
	}})
}

// boolFlag makes a flag a boolean. On the command line it takes no value; its
// environment variable does.
func boolFlag(flag *kingpin.FlagClause, target *bool) {
	v := &value{flag: flag, want: "true or false", set: func(s string) bool {
		on, err := strconv.ParseBool(s)
		*target = on
		return err == nil
	}}
	flag.IsSetByUser(&v.given).SetValue(&boolean{v})
}

func declare(flag *kingpin.FlagClause, v *value) {
	v.flag = flag
	flag.IsSetByUser(&v.given).SetValue(v)
}

// value implements kingpin.Value.
type value struct {
	flag     *kingpin.FlagClause
	given    bool // on the command line, which overrides the environment variable
	want     string
	discreet bool   // errors must not show the value, which may hold a password
	text     string // the last one that was set
	set      func(string) bool
}

// String implements kingpin.Value.
func (v *value) String() string { return v.text }

// Set implements kingpin.Value.
func (v *value) Set(s string) error {
	v.text = s
	if v.set(s) {
		return nil
	}
	flag := v.flag.Model()
	text := fmt.Sprintf("--%s must be %s", flag.Name, v.want)
	if !v.discreet {
		text += fmt.Sprintf(", not %q", s)
	}
	if !v.given {
		text += " (set by the environment variable " + flag.Envar + ")"
	}
	return errors.New(text)
}

// boolean is a value that needs no argument on the command line.
type boolean struct{ *value }

// IsBoolFlag tells kingpin that the flag takes no argument.
func (*boolean) IsBoolFlag() bool { return true }
