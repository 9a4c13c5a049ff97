//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// prometheus is a running Prometheus.
type prometheus struct {
	address string
	client  *http.Client
}

// server is one of the tested Prometheus versions.
type server struct {
	name, path string
	// native enables native histograms, with a flag or by uncommenting a line of the
	// example.
	native []string
}

// servers returns the oldest supported Prometheus, from Debian, and a current one,
// built by .ci/tool.
func servers(t *testing.T, root string) []server {
	t.Helper()
	current := filepath.Join(root, ".tools", "prometheus")
	if _, err := os.Stat(current); err != nil {
		t.Fatalf("run .ci/tool prometheus first: %v", err)
	}
	return []server{
		{name: "oldest", path: installed(t, "prometheus"), native: []string{"--enable-feature=native-histograms"}},
		{name: "current", path: current},
	}
}

func (s server) start(t *testing.T, config *document) *prometheus {
	t.Helper()
	if s.native == nil {
		config.replace(`^( +)# (scrape_native_histograms: true)$`, "$1$2")
	}
	return s.run(t, config, s.native...)
}

// run starts Prometheus with the given configuration.
func (s server) run(t *testing.T, config *document, arguments ...string) *prometheus {
	t.Helper()
	dir := t.TempDir()
	p := start(t, "prometheus", s.path, append(arguments,
		"--config.file="+config.write(dir), "--storage.tsdb.path="+dir+"/data", "--web.listen-address=127.0.0.1:0")...)
	address := p.find(`msg="Listening on"(?: component=web)? address=(\S+)`)
	p.find(`(Server is ready to receive web requests)`)
	return &prometheus{address: address, client: newClient(t)}
}

// call sends an API request and decodes the data field of the answer.
func (p *prometheus) call(ctx context.Context, path string, into any) error {
	var answer struct {
		Status   string
		Error    string
		Warnings []string
		Data     json.RawMessage
	}
	if err := getJSON(ctx, p.client, "http://"+p.address+"/api/v1/"+path, &answer); err != nil {
		return err
	}
	if answer.Status != "success" || len(answer.Warnings) > 0 {
		return fmt.Errorf("%s: %s %s %v", path, answer.Status, answer.Error, answer.Warnings)
	}
	return json.Unmarshal(answer.Data, into)
}

// sample is one series of an instant vector.
type sample struct {
	Metric    map[string]string
	Value     []any           // time and text, unless it is a histogram
	Histogram json.RawMessage // a native histogram
}

func (p *prometheus) query(ctx context.Context, expr string) ([]sample, error) {
	var data struct{ Result []sample }
	err := p.call(ctx, "query?"+url.Values{"query": {expr}}.Encode(), &data)
	return data.Result, err
}

// awaitSome waits until an expression has a result. awaitNone waits until it has none.
func (p *prometheus) awaitSome(t *testing.T, expr string) {
	t.Helper()
	poll(t, "something from "+expr, func(ctx context.Context) error {
		samples, err := p.query(ctx, expr)
		if err == nil && len(samples) == 0 {
			err = errors.New("nothing")
		}
		return err
	})
}

func (p *prometheus) awaitNone(t *testing.T, expr string) {
	t.Helper()
	poll(t, "nothing from "+expr, func(ctx context.Context) error {
		samples, err := p.query(ctx, expr)
		if err == nil && len(samples) > 0 {
			err = fmt.Errorf("%v", samples)
		}
		return err
	})
}

// awaitTargets waits until exactly count targets are up, and all belong to the job.
func (p *prometheus) awaitTargets(t *testing.T, job string, count int) {
	t.Helper()
	poll(t, "targets up", func(ctx context.Context) error {
		var data struct {
			ActiveTargets []struct {
				Labels            map[string]string
				Health, LastError string
			}
		}
		if err := p.call(ctx, "targets?state=active", &data); err != nil {
			return err
		}
		up := 0
		for _, target := range data.ActiveTargets {
			if target.Health != "up" || target.LastError != "" {
				return fmt.Errorf("%v is %s: %s", target.Labels, target.Health, target.LastError)
			}
			if target.Labels["job"] == job {
				up++
			}
		}
		if up != count {
			return fmt.Errorf("%d of %d targets of job %s", up, count, job)
		}
		return nil
	})
}

// rule is a rule as reported by Prometheus.
type rule struct {
	Name, Health, LastError string
}

func (p *prometheus) rules(ctx context.Context) ([]rule, error) {
	var data struct{ Groups []struct{ Rules []rule } }
	err := p.call(ctx, "rules", &data)
	var all []rule
	for _, group := range data.Groups {
		all = append(all, group.Rules...)
	}
	return all, err
}

// awaitHealthyRules waits until every rule was evaluated without an error. It is most
// useful while there are faults, because ambiguous matches fail only if there is data.
func (p *prometheus) awaitHealthyRules(t *testing.T, count int) {
	t.Helper()
	poll(t, "all rules healthy", func(ctx context.Context) error {
		all, err := p.rules(ctx)
		if err != nil {
			return err
		}
		var ill []string
		for _, r := range all {
			if r.Health != "ok" || r.LastError != "" {
				ill = append(ill, fmt.Sprintf("%s is %s: %s", r.Name, r.Health, r.LastError))
			}
		}
		if len(all) != count || len(ill) > 0 {
			return fmt.Errorf("%d of %d rules; %s", len(all), count, strings.Join(ill, "; "))
		}
		return nil
	})
}
