package cli

import (
	"github.com/alecthomas/kingpin/v2"
	"github.com/alecthomas/units"
)

// leastMaxMemory is the minimum of --refresh.max-memory in bytes.
const leastMaxMemory = 1 << 20

// memory makes a flag an amount of memory in bytes. 0 means the default.
func memory(flag *kingpin.FlagClause, target *int64) {
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
