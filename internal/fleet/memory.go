package app

import (
	"math"
	"runtime/debug"

	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"
)

// Bounds on the memory of answers and reports, where no flag says otherwise and
// no GOMEMLIMIT does; and the least that a flag may say.
const (
	defaultMaxMemory = 512 << 20
	leastMaxMemory   = 1 << 20
)

// Bytes makes a flag an amount of memory. Zero leaves it to the program.
func Bytes(flag *kingpin.FlagClause, target *int64) {
	text := func() string { return units.Base2Bytes(*target).String() }
	declare(flag, &value{want: "an amount of memory such as 256MiB, from 1MiB, or 0", text: text, set: func(s string) bool {
		if s == "0" {
			*target = 0
			return true
		}
		n, err := units.ParseBase2Bytes(s)
		*target = int64(n)
		return err == nil && n >= leastMaxMemory
	}})
}

// maxMemory is the budget in force: what the flag says, else half of what Go
// was told to stay below, else the default.
func maxMemory(flag int64) int64 {
	if flag > 0 {
		return flag
	}
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 { // -1 only reads it
		return limit / 2
	}
	return defaultMaxMemory
}
