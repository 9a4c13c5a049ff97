package kraken

import "export_status_exporter/provider"

// statuses are Kraken's three documented words, and likely words for undocumented
// statuses.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:     {"Queued"},
	provider.StatusProcessing: {"Processing"},
	provider.StatusReady:      {"Processed"},
	provider.StatusFailed:     {"Failed"},
	provider.StatusCancelled:  {"Cancelled", "Canceled"},
})

// StatusWords returns the API's status words and their statuses.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns the API's error words, their meanings and what to do about them.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
