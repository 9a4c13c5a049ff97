package kraken

import "export_status_exporter/provider"

// StatusWords returns what each status word of the API means.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns what each error word of the API means and what to do about
// it.
func (*Config) ErrorWords() []provider.CatalogueEntry { return advised(catalogue.Entries()) }

// advised fills in what to do about a reason at this API.
func advised(entries []provider.CatalogueEntry) []provider.CatalogueEntry {
	for i := range entries {
		if entries[i].Advice == "" {
			entries[i].Advice = advice[entries[i].Reason]
		}
	}
	return entries
}
