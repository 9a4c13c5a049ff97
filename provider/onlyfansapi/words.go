package onlyfansapi

import "export_status_exporter/provider"

// statuses are the seven words of the vendor's SDK, and those that the API may
// have for a cancelled or expired export. An export whose credits are calculated
// waits for a person to start it, which is what charges them.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:        {"calculating_credits", "pending"},
	provider.StatusAwaitingStart: {"calculating_credits_completed"},
	provider.StatusProcessing:    {"in_progress"},
	provider.StatusReady:         {"completed"},
	provider.StatusFailed:        {"failed", "calculating_credits_failed"},
	provider.StatusCancelled:     {"cancelled", "canceled"},
	provider.StatusExpired:       {"expired"},
})

// StatusWords returns what each status word of the API means.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns what each error word of the API means and what to do about
// it.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
