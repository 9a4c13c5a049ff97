package onlyfansapi

import "export_status_exporter/provider"

// statuses are the seven words of the vendor's SDK, and likely words for cancelled and
// expired exports. After the credits have been calculated, an export waits for a person
// to start it; only then are the credits charged.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:        {"calculating_credits", "pending"},
	provider.StatusAwaitingStart: {"calculating_credits_completed"},
	provider.StatusProcessing:    {"in_progress"},
	provider.StatusReady:         {"completed"},
	provider.StatusFailed:        {"failed", "calculating_credits_failed"},
	provider.StatusCancelled:     {"cancelled", "canceled"},
	provider.StatusExpired:       {"expired"},
})

// StatusWords returns the API's status words and their statuses.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns the API's error words, their meanings and what to do about them.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
