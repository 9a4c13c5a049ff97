package krakenfutures

import "export_status_exporter/provider"

// StatusWords returns what each status word of the API means: it has no jobs,
// so there is none.
func (*Config) StatusWords() provider.StatusMap { return provider.StatusMap{} }

// ErrorWords returns what each error word of the API means and what to do about
// it, the codes before the words that repeat an HTTP status.
func (*Config) ErrorWords() []provider.CatalogueEntry {
	return append(catalogue.Advised(advice), statusWords.Advised(advice)...)
}
