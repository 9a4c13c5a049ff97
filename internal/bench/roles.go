package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"export_status_exporter/provider"
)

// The roles of the processes that a measurement from outside starts beside the
// exporter. Each serves on loopback, prints its address and runs until it is
// killed.
const (
	roleProvider = "provider"
	roleNaive    = "naive"
	roleFloor    = "floor"
)

// play runs a role: the provider's answers of so many exports, the naive
// exporter of the accounts at an address, or the bytes of a file.
func play(role, target string, exports, accounts int) error {
	var handler http.Handler
	switch role {
	case roleProvider:
		handler = exportsAnswer(exports)
	case roleNaive:
		handler = naiveExporter(target, accounts)
	case roleFloor:
		body, err := os.ReadFile(target) //nolint:gosec // The measurement names it.
		if err != nil {
			return fmt.Errorf("reading what to serve: %w", err)
		}
		handler = compressed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
			_, _ = w.Write(body)
		}))
	default:
		return fmt.Errorf("no role %q", role)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // It does not wait.
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}

// exportsAnswer is OnlyFansAPI's list as its documentation shows it, with dates
// alone, times in three spellings, and parts that nobody asks for.
func exportsAnswer(exports int) http.Handler {
	var b strings.Builder
	b.WriteString(`{"data":[`)
	made := time.Now().UTC().Truncate(time.Second)
	for i := range exports {
		if i > 0 {
			b.WriteByte(',')
		}
		at := made.Add(-time.Duration(i) * time.Minute)
		created := []string{at.Format("2006-01-02T15:04:05.000000Z"), at.Format(time.RFC3339), at.Format(time.DateTime)}[i%3]
		fmt.Fprintf(&b, `{"id":"data_export_%012x","type":"transactions","status":"completed","file_type":"csv",`+
			`"start_date":"2026-01-01","end_date":"2026-01-31","created_at":%q,"completed_at":%q,"failed_at":null,`+
			`"total_rows":%d,"rows_processed":%d,"progress_percentage":100,"credit_cost":%d,"failed_reason":null,`+
			`"export_columns":["id","amount","created_at"],"accounts":[{"id":"acct_1","display_name":""}]}`,
			i, created, at.Add(time.Minute).Format("2006-01-02T15:04:05+00:00"), 1000+i, 1000+i, i%50)
	}
	b.WriteString(`],"meta":{"current_page":1,"last_page":1,"total":` + strconv.Itoa(exports) + `},` +
		`"_meta":{"_credits":{"used":0,"balance":1000},"_rate_limits":{"limit_minute":60,"remaining_minute":59}}}`)
	body := []byte(b.String())
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
}

// naiveExporter is what most exporters do: it asks at every scrape, decodes by
// encoding/json and makes constant metrics, through a registry and promhttp.
func naiveExporter(target string, accounts int) http.Handler {
	registry := prometheus.NewRegistry()
	for i := range accounts {
		registry.MustRegister(&naiveCollector{target: target, account: accountName(i)})
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

func accountName(i int) string { return fmt.Sprintf("account-%d", i) }

type naiveCollector struct{ target, account string }

// Describe implements prometheus.Collector: the metrics are not checked.
func (*naiveCollector) Describe(chan<- *prometheus.Desc) {}

// naiveExport is the part of an answer that the naive exporter shows.
type naiveExport struct {
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
}

// Collect implements prometheus.Collector.
func (c *naiveCollector) Collect(metrics chan<- prometheus.Metric) {
	answer, err := http.Get(c.target + "/api/data-exports") //nolint:forbidigo,noctx // So do most.
	if err != nil {
		return
	}
	defer func() { _ = answer.Body.Close() }()
	var list struct {
		Data []naiveExport `json:"data"`
	}
	if json.NewDecoder(answer.Body).Decode(&list) != nil {
		return
	}
	now := time.Now()
	for i := range list.Data {
		c.show(metrics, &list.Data[i], now)
	}
}

func (c *naiveCollector) show(metrics chan<- prometheus.Metric, e *naiveExport, now time.Time) {
	labels := []string{"provider", "account", "source", "report_id"}
	values := []string{"onlyfansapi", c.account, "data_exports", e.ID}
	send := func(name string, value float64, more ...string) {
		keys, vals := labels, values
		for i := 0; i < len(more); i += 2 {
			keys, vals = append(keys[:len(keys):len(keys)], more[i]), append(vals[:len(vals):len(vals)], more[i+1])
		}
		metrics <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, "What "+name+" says.", keys, nil), prometheus.GaugeValue, value, vals...)
	}
	for _, status := range provider.Statuses() {
		current := 0.0
		if status == provider.StatusReady && e.Status == "completed" {
			current = 1
		}
		send("export_status", current, "status", status.String())
	}
	send("export_info", 1, "type", e.Type, "format", e.FileType)
	created := naiveTime(e.Created)
	send("export_age_seconds", now.Sub(created).Seconds())
	send("export_created_timestamp_seconds", float64(created.Unix()))
	send("export_completed_timestamp_seconds", float64(naiveTime(e.Finished).Unix()))
	send("export_data_start_timestamp_seconds", float64(naiveTime(e.Start).Unix()))
	send("export_data_end_timestamp_seconds", float64(naiveTime(e.End).Unix()))
	send("export_progress_ratio", e.Progress/100)
	send("export_rows", e.Rows)
	send("export_processed_rows", e.Done)
	send("export_cost_credits", e.Cost)
}

// naiveTime tries the spellings in turn.
func naiveTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}
