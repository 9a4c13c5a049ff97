package blackbox

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// fifo makes a FIFO that nobody writes to.
func fifo(t *testing.T, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ends runs the program until it ends by itself, within the memory that a file
// of its own size takes, and returns what it said.
func ends(t *testing.T, code int, prepare func(*exec.Cmd), arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, arguments...)
	if prepare != nil {
		prepare(cmd)
	}
	output, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != code {
		t.Errorf("%s: ended with %s, want exit code %d\n%.2000s", arguments, cmd.ProcessState, code, output)
	}
	// Until it is another program, a child has the memory of these tests.
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		t.Fatal(err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && usage.Maxrss > max(200<<10, own.Maxrss) {
		t.Errorf("%s: took %d KiB", arguments, usage.Maxrss)
	}
	return string(output)
}

// TestNoFiles: what is no file is refused at once, wherever a file is named.
func TestNoFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pipe := fifo(t, folder)
	token := Put(t, folder, "token", "good-token-of-the-test")
	for _, path := range []string{pipe, "/dev/zero", "/dev/urandom", folder} {
		text := ends(t, 1, nil, "--config.check", "--config.file="+path)
		if want := "configuration file: " + path + ": is a "; !strings.Contains(text, want) {
			t.Errorf("configuration: %s, want %s", text, want)
		}
		for setting, block := range map[string]string{
			"token: secret file":   "token_file: " + path,
			"tls_config.ca_file":   "token_file: " + token + ", tls_config: {ca_file: " + path + "}",
			"tls_config.cert_file": "token_file: " + token + ", tls_config: {cert_file: " + path + ", key_file: " + token + "}",
			"tls_config.key_file":  "token_file: " + token + ", tls_config: {cert_file: " + token + ", key_file: " + path + "}",
		} {
			file := Put(t, folder, "exporter.yml", "accounts:\n  - {name: a, onlyfansapi: {"+block+"}}\n")
			if text := ends(t, 1, nil, "--config.check", "--config.file="+file); !strings.Contains(text, setting+": "+path+": is a ") {
				t.Errorf("%s: %s", setting, text)
			}
		}
		for _, each := range []string{"cert_file: " + path + ", key_file: " + token, "cert_file: " + token + ", key_file: " + path} {
			web := Put(t, folder, "web.yml", "tls_server_config: {"+each+"}\n")
			if text := ends(t, 1, nil, "--demo", "--web.listen-address=127.0.0.1:0", "--web.config.file="+web); !strings.Contains(text, path+": is a ") {
				t.Errorf("%s: %s", each, text)
			}
		}
		ends(t, 1, nil, "--health", "--web.listen-address=127.0.0.1:1", "--web.config.file="+path)
		if text := ends(t, 1, nil, "--demo", "--web.listen-address=127.0.0.1:0", "--web.config.file="+path); !strings.Contains(text, path+": is a ") {
			t.Errorf("web configuration: %s", text)
		}
	}
}

// TestFilesWithoutEnd: a file that says it is empty and is not is read up to the
// bound.
func TestFilesWithoutEnd(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	large := Put(t, folder, "large", "")
	if err := os.Truncate(large, 1<<40); err != nil {
		t.Fatal(err)
	}
	token := Put(t, folder, "token", "good-token-of-the-test")
	for block, want := range map[string]string{
		"token_file: " + large: large + ": is larger than 16384 bytes",
		"token_file: " + token + ", tls_config: {ca_file: " + large + "}": large + ": is larger than 1 MiB",
	} {
		file := Put(t, folder, "exporter.yml", "accounts:\n  - {name: a, onlyfansapi: {"+block+"}}\n")
		if text := ends(t, 1, nil, "--config.check", "--config.file="+file); !strings.Contains(text, want) {
			t.Errorf("%s: %s", block, text)
		}
	}
	if text := ends(t, 1, nil, "--config.check", "--config.file="+large); !strings.Contains(text, large+": is larger than 8 MiB") {
		t.Errorf("configuration: %s", text)
	}
}

// TestConfigurationByPipe: a pipe that is named on purpose is read, and one that
// nobody writes to or closes is waited for no longer than a file.
func TestConfigurationByPipe(t *testing.T) {
	t.Parallel()
	const text = "accounts:\n  - {name: a, onlyfansapi: {token: good-token-of-the-test}}\n"
	for _, name := range []string{"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"} {
		got := ends(t, 0, func(cmd *exec.Cmd) { cmd.Stdin = strings.NewReader(text) }, "--config.check", "--config.file="+name)
		if !strings.Contains(got, name+": no problems, accounts: 1") {
			t.Errorf("%s: %s", name, got)
		}
	}
	read, _ := pipe(t)
	got := ends(t, 1, func(cmd *exec.Cmd) { cmd.Stdin = read }, "--config.check", "--config.file=/dev/stdin")
	if !strings.Contains(got, "/dev/stdin: was not read within 5s") {
		t.Errorf("a pipe that is left open: %s", got)
	}
}

// lease keeps a file from being opened by anybody else, as storage that does not
// answer would, until the test lets go of it or ends.
func lease(t *testing.T, path string) (letGo func()) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if _, _, failed := syscall.Syscall(syscall.SYS_FCNTL, file.Fd(), syscall.F_SETLEASE, syscall.F_WRLCK); failed != 0 {
		t.Fatal(failed)
	}
	return func() {
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// hanging is a program with an account whose secret file a test can take away.
type hanging struct {
	*Program
	log    *lines
	secret string
	asked  *atomic.Int32 // how often the provider was, with the token of the file
}

// deadline is that of a scrape, and more than a reload or the end may take.
const deadline = 10 * time.Second

func newHanging(t *testing.T) hanging {
	t.Helper()
	const token = "good-token-of-the-test"
	h := hanging{asked: new(atomic.Int32)}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer "+token {
			h.asked.Add(1)
		}
		_, _ = fmt.Fprint(w, `{"data":[]}`)
	}))
	t.Cleanup(api.Close)
	folder := t.TempDir()
	h.secret = Put(t, folder, "token", token)
	file := Put(t, folder, "exporter.yml", "refresh_interval: 1ms\naccounts:\n  - {name: a, onlyfansapi: {base_url: '"+api.URL+"', token_file: token}}\n"+
		"  - {name: b, onlyfansapi: {base_url: '"+api.URL+"', token: another-token-of-the-test}}\n")
	h.Program, h.log = withLog(t, nil, "--config.file="+file)
	h.AwaitHealthy()
	h.Want(http.MethodGet, "/metrics")
	if h.asked.Load() == 0 {
		t.Fatal("the provider was not asked")
	}
	return h
}

// scrape scrapes n times while the file hangs. Each time costs the wait for it.
func (h hanging) scrape(n int) {
	h.t.Helper()
	for range n {
		before, began := h.asked.Load(), time.Now()
		body := h.Want(http.MethodGet, "/metrics")
		if took := time.Since(began); took > deadline || h.asked.Load() == before || !strings.Contains(body, `export_source_up{account="a",provider="onlyfansapi",source="data_exports"} 1`) {
			h.t.Errorf("scraped for %s, asked %d times:\n%.500s", took, h.asked.Load()-before, body)
		}
	}
	h.log.await("secret cannot be used, keeping the last good one")
}

// reloads waits for a reload with a file that is back.
func (h hanging) reloads() {
	h.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(Patience); ; <-tick.C { // the last read may just be ending
		_, err := h.Request(http.MethodPost, "/-/reload")
		if err == nil {
			return
		}
		if time.Now().After(end) {
			h.t.Fatalf("reload with a file that is back: %v", err)
		}
	}
}

// TestHangingSecret: a secret file that does not come holds no scrape beyond its
// deadline, no page, no reload for long and no end; the last good secret serves.
func TestHangingSecret(t *testing.T) {
	t.Parallel()
	t.Run("scrapes", func(t *testing.T) {
		t.Parallel()
		h := newHanging(t)
		lease(t, h.secret)
		h.scrape(8) // longer than one read of the file may take
	})
	t.Run("reload", func(t *testing.T) {
		t.Parallel()
		h := newHanging(t)
		letGo := lease(t, h.secret)
		h.scrape(2)
		began := time.Now()
		if body, err := h.Request(http.MethodPost, "/-/reload"); err == nil || !strings.Contains(body, "was not read within 5s") || time.Since(began) > deadline {
			t.Errorf("reload for %s: %v %s", time.Since(began), err, body)
		}
		h.log.await("was not read within 5s")
		letGo()
		h.reloads()
	})
	t.Run("end", func(t *testing.T) {
		t.Parallel()
		h := newHanging(t)
		lease(t, h.secret)
		go func() { _, _ = h.Request(http.MethodPost, "/-/reload") }()
		h.Want(http.MethodGet, "/metrics")
		began := time.Now()
		h.signal(syscall.SIGTERM)
		select {
		case <-h.ended:
		case <-time.After(Patience):
			t.Fatal("it still runs")
		}
		if took := time.Since(began); took > deadline {
			t.Errorf("ended after %s", took)
		}
	})
	t.Run("hangup", func(t *testing.T) {
		t.Parallel()
		h := newHanging(t)
		letGo := lease(t, h.secret)
		h.scrape(2)
		h.signal(syscall.SIGHUP)
		h.log.await("reload failed, keeping the old configuration")
		letGo()
		h.reloads()
	})
}
