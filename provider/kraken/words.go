package kraken

import "export_status_exporter/provider"

// statuses are Kraken's three documented words, and those that it may have for
// what it does not document.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:     {"Queued"},
	provider.StatusProcessing: {"Processing"},
	provider.StatusReady:      {"Processed"},
	provider.StatusFailed:     {"Failed"},
	provider.StatusCancelled:  {"Cancelled", "Canceled"},
})

// StatusWords returns what each status word of the API means.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns what each error word of the API means and what to do about
// it.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
