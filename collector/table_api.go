package collector

// namespace prefixes what is about the exporter and not about exports.
const namespace = "export_status_exporter"

func apiTable() []Metric {
	return ordered(map[id]Metric{
		apiRequests: {
			Name: "export_api_requests_total", Kind: Counter, Scope: PerAccount, Labels: of("code"),
			Help: "Requests sent to the provider, by HTTP status code, or error if there was no answer.",
		},
		apiErrors: {
			Name: "export_api_errors_total", Kind: Counter, Scope: PerAccount, Labels: of("reason"),
			Help: "Calls of the provider that failed, by reason.",
		},
		apiCreditsUsed: {
			Name: "export_api_credits_used_total", Kind: Counter, Unit: "credits", Scope: PerAccount, Labels: of(),
			Help: "Credits that the exporter's own calls cost, by the provider's word; reads are free, so anything but 0 is a surprise.",
		},
		apiClockSkew: {
			Name: "export_api_clock_skew_seconds", Kind: Gauge, Unit: "seconds", Scope: PerAccount, Labels: of(),
			Help: "The provider's clock minus ours.",
		},
	}, apiRequests)
}

func processTable() []Metric {
	gauge := func(name, unit, help string) Metric {
		return Metric{Name: namespace + name, Kind: Gauge, Unit: unit, Scope: PerProcess, Help: help}
	}
	return ordered(map[id]Metric{
		exportDuration: {
			Name: "export_duration_seconds", Kind: Histogram, Unit: "seconds", Scope: PerProcess, Labels: []string{"provider", "type"},
			Help: "How long reports took from their request to ready, by the provider's times, for those that were seen to become ready.",
		},
		apiRequestDuration: {
			Name: "export_api_request_duration_seconds", Kind: Histogram, Unit: "seconds", Scope: PerProcess, Labels: []string{"provider"},
			Help: "How long requests to the provider took, to the end of the answer.",
		},
		configReloadSuccessful: gauge("_config_last_reload_successful", "", "Whether the last attempt to load the configuration succeeded."),
		configReloadTime:       gauge("_config_last_reload_success_timestamp_seconds", "seconds", "When the configuration was last loaded."),
		configHash:             gauge("_config_hash", "", "A number that changes with the content of the configuration file."),
		scrapesCutShort: {
			Name: namespace + "_scrapes_cut_short_total", Kind: Counter, Scope: PerProcess,
			Help: "Scrapes that were answered at their deadline while a refresh was still running.",
		},
		logLinesDropped: {
			Name: namespace + "_log_lines_dropped_total", Kind: Counter, Scope: PerProcess,
			Help: "Lines that did not reach the log, because it was not read in time or could not be written.",
		},
		shard:       gauge("_shard", "", "The shard that this process is, from 0."),
		totalShards: gauge("_total_shards", "", "How many shards there are."),
	}, exportDuration)
}
