package coinbase

import "export_status_exporter/provider"

// statuses are the three documented words, and likely words for undocumented statuses.
// A ready report past its expires_at becomes expired in provider.Report.StatusAt.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:     {"pending"},
	provider.StatusProcessing: {"creating"},
	provider.StatusReady:      {"ready"},
	provider.StatusFailed:     {"failed"},
	provider.StatusCancelled:  {"cancelled", "canceled"},
	provider.StatusExpired:    {"expired"},
})

// StatusWords returns the API's status words and their statuses.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns the API's error words, their meanings and what to do about them.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
