package coinbase

import "export_status_exporter/provider"

// statuses are the three words that are documented, and those that the API may
// have for what it does not document. A ready report past its expires_at
// becomes expired later, by provider.Report.StatusAt.
var statuses = provider.MustStatusMap(map[provider.Status][]string{
	provider.StatusQueued:     {"pending"},
	provider.StatusProcessing: {"creating"},
	provider.StatusReady:      {"ready"},
	provider.StatusFailed:     {"failed"},
	provider.StatusCancelled:  {"cancelled", "canceled"},
	provider.StatusExpired:    {"expired"},
})

// StatusWords returns what each status word of the API means.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns what each error word of the API means and what to do about
// it.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
