package onlyfansapi

import (
	"export_status_exporter/provider"
	"export_status_exporter/provider/apiclient"
)

// meta is the metadata of every answer. Notes and notices are omitted because they are
// free text.
type meta struct {
	Credits apiclient.Lenient[struct {
		Used    apiclient.Number `json:"used"`
		Balance apiclient.Number `json:"balance"`
	}] `json:"_credits"`
	Cache apiclient.Lenient[struct {
		IsCached apiclient.Bool `json:"is_cached"`
	}] `json:"_cache"`
	RateLimits apiclient.Lenient[rateLimits] `json:"_rate_limits"`
}

// rateLimits are numbers, texts or null, according to the vendor's schema.
type rateLimits struct {
	LimitMinute     apiclient.Number `json:"limit_minute"`
	RemainingMinute apiclient.Number `json:"remaining_minute"`
	LimitDay        apiclient.Number `json:"limit_day"`
	RemainingDay    apiclient.Number `json:"remaining_day"`
}

// quota converts the metadata. A window without any known value is omitted.
func (m *meta) quota(unreadable *provider.Unreadable) provider.Quota {
	quota := provider.Quota{CreditsBalance: unreadable.Number(provider.FieldCreditsBalance, m.Credits.Value.Balance.Number)}
	limits := &m.RateLimits.Value
	for _, window := range []provider.RateLimit{
		{Window: "minute", Max: unreadable.Number(provider.FieldLimitMinute, limits.LimitMinute.Number), Remaining: unreadable.Number(provider.FieldRemainingMinute, limits.RemainingMinute.Number)},
		{Window: "day", Max: unreadable.Number(provider.FieldLimitDay, limits.LimitDay.Number), Remaining: unreadable.Number(provider.FieldRemainingDay, limits.RemainingDay.Number)},
	} {
		if window.Max.Known || window.Remaining.Known {
			quota.RateLimits = append(quota.RateLimits, window)
		}
	}
	return quota
}
