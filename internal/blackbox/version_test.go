package blackbox

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVersionAgrees: --version, the metric, the pages and the log name the same
// version, whether the build set one or not.
func TestVersionAgrees(t *testing.T) {
	t.Parallel()
	released := filepath.Join(t.TempDir(), "released")
	build := exec.Command("go", "build", "-ldflags=-s -w -X github.com/prometheus/common/version.Version=9.8.7", "-o", released, "../..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, output)
	}
	for path, want := range map[string]string{released: "9.8.7", binary: ""} {
		output, err := exec.Command(path, "--version").CombinedOutput()
		said := regexp.MustCompile(`^export_status_exporter, version (\S+) \(`).FindStringSubmatch(string(output))
		if err != nil || said == nil || want != "" && said[1] != want {
			t.Fatalf("--version: %v\n%s", err, output)
		}
		version := said[1]
		p, log := withLog(t, func(cmd *exec.Cmd) { cmd.Path = path }, "--demo")
		line, _ := log.await("msg=ready")
		if !strings.Contains(line, " version="+version+" ") {
			t.Errorf("%s: the log says %s", version, line)
		}
		metrics := p.Want(http.MethodGet, "/metrics")
		if !regexp.MustCompile(`(?m)^export_status_exporter_build_info\{.*[{,]version="` + regexp.QuoteMeta(version) + `"[,}].* 1$`).MatchString(metrics) {
			t.Errorf("%s: export_status_exporter_build_info says otherwise", version)
		}
		if !strings.Contains(p.Want(http.MethodGet, "/"), version) {
			t.Errorf("%s: the page says otherwise", version)
		}
		var document struct {
			Version string `json:"exporter_version"`
		}
		if err := json.Unmarshal([]byte(p.Want(http.MethodGet, "/exports?format=json")), &document); err != nil || document.Version != version {
			t.Errorf("%s: the JSON says %q: %v", version, document.Version, err)
		}
	}
}

// TestHelpIsOutput: what was requested goes to standard output, and an error to standard
// error, so that both can be piped.
func TestHelpIsOutput(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--help", "--version", "--help-man", "--wrong"} {
		cmd := exec.Command(binary, flag)
		var output, problems strings.Builder
		cmd.Stdout, cmd.Stderr = &output, &problems
		err := cmd.Run()
		if wrong := flag == "--wrong"; (err != nil) != wrong || (output.Len() == 0) != wrong || (problems.Len() > 0) != wrong {
			t.Errorf("%s: %v, %d bytes of output, %d of problems", flag, err, output.Len(), problems.Len())
		}
	}
}
