package app

import (
	"fmt"
	"strconv"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// Count makes a flag a whole number of at least one. Kingpin's own numbers
// accept any sign, and their errors do not name the flag.
func Count(flag *kingpin.FlagClause, target *int, name string) {
	flag.SetValue(&value{name: name, want: "a whole number from 1", text: func() string { return strconv.Itoa(*target) }, set: func(s string) bool {
		n, err := strconv.Atoi(s)
		*target = n
		return err == nil && n >= 1
	}})
}

// Wait makes a flag a duration that is not negative.
func Wait(flag *kingpin.FlagClause, target *time.Duration, name string) {
	flag.SetValue(&value{name: name, want: "a duration such as 500ms or 15s", text: func() string { return target.String() }, set: func(s string) bool {
		d, err := time.ParseDuration(s)
		*target = d
		return err == nil && d >= 0
	}})
}

// value implements kingpin.Value.
type value struct {
	name, want string
	text       func() string
	set        func(string) bool
}

// String implements kingpin.Value.
func (v *value) String() string { return v.text() }

// Set implements kingpin.Value.
func (v *value) Set(s string) error {
	if !v.set(s) {
		return fmt.Errorf("--%s must be %s, not %q", v.name, v.want, s)
	}
	return nil
}
