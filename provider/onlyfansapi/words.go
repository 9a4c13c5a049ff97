package onlyfansapi

import "export_status_exporter/provider"

// StatusWords returns what each status word of the API means.
func (*Config) StatusWords() provider.StatusMap { return statuses }

// ErrorWords returns what each error word of the API means and what to do about
// it.
func (*Config) ErrorWords() []provider.CatalogueEntry { return catalogue.Advised(advice) }
