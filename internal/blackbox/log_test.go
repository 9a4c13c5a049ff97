package blackbox

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// failing writes a configuration of accounts that all fail, with their keys
// inline, about each of which the program has something to say.
func failing(t *testing.T, accounts int) string {
	t.Helper()
	return configuration(t, accounts, freeAddress(t), "1s")
}

// configuration writes one of accounts whose provider has an address. Each gives a
// warning.
func configuration(t *testing.T, accounts int, address, timeout string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("refresh_interval: 1s\ntimeout: " + timeout + "\naccounts:\n")
	for i := range accounts {
		fmt.Fprintf(&b, "  - name: account-%d\n    onlyfansapi:\n      base_url: http://%s\n      token: token-of-a-test-%d\n      types: [unheard-of]\n", i, address, i)
	}
	file := filepath.Join(t.TempDir(), "config.yml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// dropped reads the counter of lost lines.
func (p *Program) dropped() int {
	p.t.Helper()
	found := regexp.MustCompile(`(?m)^export_status_exporter_log_lines_dropped_total (\S+)$`).FindStringSubmatch(p.Want(http.MethodGet, "/metrics/exporter"))
	if found == nil {
		p.t.Fatal("no counter of lost lines")
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return int(value)
}

// TestStalledLog: with a log that nobody reads, from before the start on, the
// program starts, answers, reloads and ends.
func TestStalledLog(t *testing.T) {
	t.Parallel()
	_, write := pipe(t)
	fill(t, write)
	p := Start(t, func(cmd *exec.Cmd) { cmd.Stderr = write }, "--config.file="+failing(t, 300))
	p.AwaitHealthy()
	for range 2 {
		if body := p.Want(http.MethodGet, "/metrics"); strings.Count(body, "export_source_failing{") < 300 {
			t.Errorf("the scrape does not tell of 300 failing sources")
		}
		p.Want(http.MethodPost, "/-/reload")
		p.Want(http.MethodGet, "/-/healthy")
	}
	p.signal(syscall.SIGHUP)
	p.signal(syscall.SIGTERM)
	p.wantExit(0)
}

// TestStalledStart: an error at the start ends the program, also if nobody
// reads it.
func TestStalledStart(t *testing.T) {
	t.Parallel()
	_, write := pipe(t)
	fill(t, write)
	Start(t, func(cmd *exec.Cmd) { cmd.Stderr = write }, "--config.file=/does/not/exist").wantExit(1)
}

// TestStalledOnce: one answer comes out whole, also if nobody reads the log.
func TestStalledOnce(t *testing.T) {
	t.Parallel()
	_, write := pipe(t)
	fill(t, write)
	read, out := pipe(t)
	p := Start(t, func(cmd *exec.Cmd) { cmd.Stderr, cmd.Stdout = write, out }, "--once", "--config.file="+failing(t, 300))
	_ = out.Close()
	readLines(t, read).await(`export_source_up{`)
	p.wantExit(1) // no source could be refreshed
}

// TestLogIsReadAgain: lines that were dropped are counted, and one line tells
// how many they were when the log is read again.
func TestLogIsReadAgain(t *testing.T) {
	t.Parallel()
	read, write := pipe(t)
	fill(t, write)
	p := Start(t, func(cmd *exec.Cmd) { cmd.Stderr = write }, "--config.file="+failing(t, 100), "--log.format=json")
	_ = write.Close()
	p.AwaitHealthy()
	for range 400 { // each reload warns of a hundred types
		if p.dropped() > 0 {
			break
		}
		p.Want(http.MethodPost, "/-/reload")
	}
	if p.dropped() == 0 {
		t.Fatal("nothing was dropped")
	}
	log := readLines(t, read)
	lost, before := log.await(`"msg":"log lines were dropped here`)
	if !strings.Contains(lost, fmt.Sprintf(`"lines":%d`, p.dropped())) {
		t.Errorf("%d were dropped, and the log says: %s", p.dropped(), lost)
	}
	if !strings.Contains(strings.Join(before, "\n"), `"msg":"ready"`) {
		t.Error("the oldest lines are not there")
	}
	p.Want(http.MethodPost, "/-/reload")
	log.await(`"msg":"configuration loaded"`)
	p.signal(syscall.SIGTERM)
	log.await(`"msg":"stopping`)
	p.wantExit(0)
	if strings.Count(log.String(), "were dropped here") != 1 {
		t.Error("the loss is not told once")
	}
}

// TestLostReader: a reader of the log that goes away ends nothing, also if the
// program was started with SIGPIPE ignored.
func TestLostReader(t *testing.T) {
	t.Parallel()
	for name, shell := range map[string]string{"default": `exec "$0" "$@"`, "ignored": `trap "" PIPE; exec "$0" "$@"`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write := pipe(t)
			p := Start(t, func(cmd *exec.Cmd) {
				cmd.Stderr, cmd.Stdout = write, write
				cmd.Args = append([]string{"sh", "-c", shell, binary}, cmd.Args[1:]...)
				cmd.Path = "/bin/sh"
			}, "--config.file="+failing(t, 3))
			_ = write.Close()
			p.AwaitHealthy()
			_ = read.Close()
			p.Want(http.MethodGet, "/metrics")
			p.Want(http.MethodPost, "/-/reload")
			p.signal(syscall.SIGTERM)
			p.wantExit(0)
		})
	}
}

// TestOnceIntoHead: a reader that has what it wanted is no failure to talk
// about, and the exit code is that of any tool.
func TestOnceIntoHead(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"--once", "--list"} {
		read, write := pipe(t)
		_ = read.Close()
		p, log := withLog(t, func(cmd *exec.Cmd) { cmd.Stdout = write }, mode, "--demo")
		p.wantExit(128 + int(syscall.SIGPIPE))
		log.drain()
		if strings.Contains(log.String(), "level=error") {
			t.Errorf("%s: the log says: %s", mode, log)
		}
	}
}
