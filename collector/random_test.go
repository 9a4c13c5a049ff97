package collector

import (
	"math/rand/v2"
	"time"

	"export_status_exporter/provider"
)

// randomExpect expects anything of anybody.
func randomExpect(random *rand.Rand) *provider.Expect {
	span := func() *time.Duration { d := time.Duration(random.Int64N(3)) * time.Minute; return &d }
	types := make(map[provider.TypeKey]provider.NamedOverride)
	for _, key := range []string{"Trades", "a\"b", "none", "source-1/none", "source-9/none"} {
		if random.IntN(2) == 0 {
			types[provider.ParseTypeKey(key)] = provider.NamedOverride{Key: key, Override: provider.Override{ReadyWithin: span()}}
		}
	}
	return (&provider.Expect{}).With(provider.Override{ReadyWithin: span(), DataWithin: span(), FetchBeforeExpiry: span()}, types)
}
