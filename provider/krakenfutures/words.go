package krakenfutures

import "export_status_exporter/provider"

// StatusWords returns an empty map, because the API has no export jobs and therefore no
// status words.
func (*Config) StatusWords() provider.StatusMap { return provider.StatusMap{} }

// ErrorWords returns the API's error words, their meanings and what to do about them.
// Codes come before words that repeat an HTTP status.
func (*Config) ErrorWords() []provider.CatalogueEntry {
	return append(catalogue.Advised(advice), statusWords.Advised(advice)...)
}
