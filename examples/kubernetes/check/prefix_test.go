package check

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
)

// TestPathsAreFollowed starts the exporter with the chart's own arguments and asks what the chart tells the kubelet and
// Prometheus to ask: both probes, --health, the ServiceMonitor, the ScrapeConfig, and what /sd then names.
func TestPathsAreFollowed(t *testing.T) {
	for _, tc := range []struct{ prefix, external, probe string }{
		{"/", "", "/probe"},
		{"/exporter", "", "/exporter/probe"},
		{"/a/b.c", "", "/a/b.c/probe"},
		{"/", "https://proxy.example.internal/public", "/public/probe"},         // a proxy that strips
		{"/public", "https://proxy.example.internal/public/", "/public/probe"},  // one that keeps
		{"/exporter", "https://proxy.example.internal:8443", "/exporter/probe"}, // a host alone
		{"/exporter", "https://proxy.example.internal/public", "/public/probe"}, // one that rewrites
	} {
		t.Run(tc.prefix+" "+tc.external, func(t *testing.T) {
			values := demo + "serviceMonitor: {enabled: true}\nscrape: {mode: accounts}\nroutePrefix: " + tc.prefix + "\n"
			if tc.external != "" {
				values += "extraArgs: ['--web.external-url=" + tc.external + "']\n"
			}
			all := render(t, values)
			c := pod(t, all).Spec.Containers[0]
			address := startExporter(t, c.Args)
			for _, path := range []string{c.LivenessProbe.HTTPGet.Path, c.ReadinessProbe.HTTPGet.Path, one[monitoringv1.ServiceMonitor](t, all).Spec.Endpoints[0].Path} {
				get200(t, "http://"+address+path)
			}
			checkCommand(t, values+"webConfig: {secretName: web}\n", address, tc.prefix)

			s := one[monitoringv1alpha1.ScrapeConfig](t, all).Spec
			sd, err := url.Parse(string(s.HTTPSDConfigs[0].URL))
			if err != nil {
				t.Fatal(err)
			}
			var groups []struct {
				Targets []string
				Labels  map[string]string
			}
			if err := json.Unmarshal(get200(t, "http://"+address+sd.Path), &groups); err != nil || len(groups) == 0 {
				t.Fatalf("%d groups, %v", len(groups), err)
			}
			for _, group := range groups {
				target, path := "http://"+group.Targets[0], *s.MetricsPath
				if named := group.Labels["__metrics_path__"]; named != "" {
					path = named
				}
				if path != tc.probe {
					t.Errorf("Prometheus would ask %s, want %s", path, tc.probe)
				}
				if tc.external == "" {
					get200(t, target+path+"?account="+url.QueryEscape(group.Labels["__param_account"]))
				} else if external := group.Labels["__scheme__"] + "://" + group.Targets[0]; !strings.HasPrefix(tc.external, external) {
					t.Errorf("Prometheus would ask %s", external)
				}
			}
		})
	}
}

// startExporter runs the program with the arguments of its container until the test ends, and returns its address.
func startExporter(t *testing.T, args []string) string {
	t.Helper()
	args = slices.Clone(args)
	args[slices.Index(args, "--web.listen-address=:10917")] = "--web.listen-address=127.0.0.1:0"
	cmd := exec.CommandContext(t.Context(), program(t, "EXPORTER", "../../../export_status_exporter"), args...)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "msg=ready address=http://"); ok {
			address, path, _ := strings.Cut(strings.Fields(rest)[0], "/")
			go func() { _, _ = io.Copy(io.Discard, log) }()
			if page := get200(t, "http://"+address+"/"+path); !strings.Contains(string(page), "Export Status Exporter") {
				t.Errorf("the address that the log names has no page")
			}
			return address
		}
	}
	t.Fatal("it does not get ready")
	return ""
}

// checkCommand runs the probe of a chart whose pages may ask for a password.
func checkCommand(t *testing.T, values, address, prefix string) {
	t.Helper()
	command := pod(t, render(t, values)).Spec.Containers[0].LivenessProbe.Exec.Command
	if given := slices.Contains(command, "--web.route-prefix="+prefix); given != (prefix != "/") {
		t.Errorf("the probe runs %q", command)
	}
	command = slices.DeleteFunc(slices.Clone(command[1:]), func(arg string) bool {
		return strings.HasPrefix(arg, "--web.listen-address") || strings.HasPrefix(arg, "--web.config.file")
	})
	out, err := exec.CommandContext(t.Context(), program(t, "EXPORTER", "../../../export_status_exporter"), append(command, "--web.listen-address="+address)...).CombinedOutput()
	if err != nil {
		t.Errorf("%q: %v\n%s", command, err, out)
	}
}

func get200(t *testing.T, address string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v %.200s", address, answer.StatusCode, err, body)
	}
	return body
}
