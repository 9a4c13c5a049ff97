package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"export_status_exporter/provider"
)

// naiveExporter does what most exporters do: it calls the API in every scrape, decodes
// with encoding/json and creates constant metrics in a registry served by promhttp.
func naiveExporter(target string, p *payload, accounts int) http.Handler {
	registry := prometheus.NewRegistry()
	for i := range accounts {
		registry.MustRegister(&naiveCollector{target: target, payload: p, account: accountName(i)})
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

func accountName(i int) string { return fmt.Sprintf("account-%d", i) }

type naiveCollector struct {
	target  string
	payload *payload
	account string
}

// naiveExport is an export as shown by the naive exporter.
type naiveExport struct {
	id, kind, format                                    string
	ready                                               bool
	created, started, completed, expires, start, finish string
	// counted reports that the API sends the numbers.
	counted                    bool
	rows, done, progress, cost float64
}

// Describe implements prometheus.Collector. It sends nothing, so the metrics are
// unchecked.
func (*naiveCollector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *naiveCollector) Collect(metrics chan<- prometheus.Metric) {
	answer, err := http.Get(c.target + c.payload.path) //nolint:forbidigo // Most exporters do this.
	if err != nil {
		return
	}
	defer func() { _ = answer.Body.Close() }()
	exports, err := c.payload.decode(answer.Body)
	if err != nil {
		return
	}
	now := time.Now()
	for i := range exports {
		c.show(metrics, &exports[i], now)
	}
}

func (c *naiveCollector) show(metrics chan<- prometheus.Metric, e *naiveExport, now time.Time) {
	labels := []string{"provider", "account", "source", "report_id"}
	values := []string{c.payload.kind, c.account, c.payload.source, e.id}
	send := func(name string, value float64, more ...string) {
		keys, vals := labels, values
		for i := 0; i < len(more); i += 2 {
			keys, vals = append(keys[:len(keys):len(keys)], more[i]), append(vals[:len(vals):len(vals)], more[i+1])
		}
		metrics <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, "What "+name+" says.", keys, nil), prometheus.GaugeValue, value, vals...)
	}
	for _, status := range provider.Statuses() {
		current := 0.0
		if status == provider.StatusReady && e.ready {
			current = 1
		}
		send("export_status", current, "status", status.String())
	}
	send("export_info", 1, "type", e.kind, "format", e.format)
	moment := func(name, text string) {
		if at := naiveTime(text); !at.IsZero() {
			send("export_"+name+"_timestamp_seconds", float64(at.Unix()))
		}
	}
	send("export_age_seconds", now.Sub(naiveTime(e.created)).Seconds())
	moment("created", e.created)
	moment("started", e.started)
	moment("completed", e.completed)
	moment("expires", e.expires)
	moment("data_start", e.start)
	moment("data_end", e.finish)
	if e.counted {
		send("export_progress_ratio", e.progress/100)
		send("export_rows", e.rows)
		send("export_processed_rows", e.done)
		send("export_cost_credits", e.cost)
	}
}

// naiveTime tries all spellings in turn.
func naiveTime(text string) time.Time {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0)
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// wire is an answer of an API as declared by the naive exporter.
type wire interface{ exports() []naiveExport }

func decoded[T wire](from io.Reader) ([]naiveExport, error) {
	var answer T
	err := json.NewDecoder(from).Decode(&answer)
	return answer.exports(), err
}

type ofapiWire struct {
	Data []struct {
		ID       string  `json:"id"`
		Type     string  `json:"type"`
		Status   string  `json:"status"`
		FileType string  `json:"file_type"`
		Start    string  `json:"start_date"`
		End      string  `json:"end_date"`
		Created  string  `json:"created_at"`
		Finished string  `json:"completed_at"`
		Rows     float64 `json:"total_rows"`
		Done     float64 `json:"rows_processed"`
		Progress float64 `json:"progress_percentage"`
		Cost     float64 `json:"credit_cost"`
	} `json:"data"`
}

func (w ofapiWire) exports() []naiveExport {
	exports := make([]naiveExport, len(w.Data))
	for i, e := range w.Data {
		exports[i] = naiveExport{
			id: e.ID, kind: e.Type, format: e.FileType, ready: e.Status == "completed",
			created: e.Created, completed: e.Finished, start: e.Start, finish: e.End,
			counted: true, progress: e.Progress, rows: e.Rows, done: e.Done, cost: e.Cost,
		}
	}
	return exports
}

type coinbaseWire []struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Status   string `json:"status"`
	Created  string `json:"created_at"`
	Finished string `json:"completed_at"`
	Expires  string `json:"expires_at"`
	Params   struct {
		Format string `json:"format"`
		Start  string `json:"start_date"`
		End    string `json:"end_date"`
	} `json:"params"`
}

func (w coinbaseWire) exports() []naiveExport {
	exports := make([]naiveExport, len(w))
	for i, e := range w {
		exports[i] = naiveExport{
			id: e.ID, kind: e.Type, format: e.Params.Format, ready: e.Status == "ready",
			created: e.Created, completed: e.Finished, expires: e.Expires, start: e.Params.Start, finish: e.Params.End,
		}
	}
	return exports
}

type krakenWire struct {
	Result []struct {
		ID       string `json:"id"`
		Type     string `json:"report"`
		Format   string `json:"format"`
		Status   string `json:"status"`
		Created  string `json:"createdtm"`
		Started  string `json:"starttm"`
		Finished string `json:"completedtm"`
		Expires  string `json:"expiretm"`
		Start    string `json:"datastarttm"`
		End      string `json:"dataendtm"`
	} `json:"result"`
}

func (w krakenWire) exports() []naiveExport {
	exports := make([]naiveExport, len(w.Result))
	for i, e := range w.Result {
		exports[i] = naiveExport{
			id: e.ID, kind: e.Type, format: e.Format, ready: e.Status == "Processed",
			created: e.Created, started: e.Started, completed: e.Finished, expires: e.Expires, start: e.Start, finish: e.End,
		}
	}
	return exports
}
