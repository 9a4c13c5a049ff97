package app

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/exporter-toolkit/web"

	"export_status_exporter/internal/files"
)

// webWait is how long a connection or request waits for the files of the web
// configuration to be re-read. After that, the last good ones are used.
const webWait = time.Second

// webFiles watches a web configuration and the files that it names.
// exporter-toolkit re-reads them for each connection and request, and would
// hang on a FIFO or read an endless device. So it gets the path of an in-memory
// copy that has been read within limits and validated. A nil *webFiles means no
// web configuration.
type webFiles struct {
	reader *files.Reader
	file   string
	logger log.Logger
	// copy is what exporter-toolkit reads. It is nil on systems without
	// in-memory files. There, connections are closed while the files are
	// invalid.
	copy *files.Copy

	mu      sync.Mutex
	pending *look
	good    *webConfig // the last good one
	judged  []byte     // the last text that was validated
	err     error
	closed  bool // so there is no copy to replace
}

// look is one read of the files, shared by everybody who waits for it.
type look struct {
	began time.Time
	over  chan struct{}
}

// openWebFiles reads and validates a web configuration for the first time.
func openWebFiles(ctx context.Context, reader *files.Reader, file string, logger log.Logger) (*webFiles, error) {
	w := &webFiles{reader: reader, file: file, logger: logger}
	fresh, err := readWebFiles(ctx, reader, file)
	if err != nil {
		return nil, err
	}
	w.copy, _ = files.NewCopy(fresh.text)
	if err := fresh.check(w.path()); err != nil {
		w.close()
		return nil, err
	}
	w.good, w.judged = fresh, fresh.text
	return w, nil
}

// path returns the path that exporter-toolkit reads.
func (w *webFiles) path() string {
	if w.copy == nil {
		return w.file
	}
	return w.copy.Path()
}

// flags returns exporter-toolkit's settings with that path.
func (w *webFiles) flags(given web.FlagConfig) *web.FlagConfig {
	if w != nil {
		path := w.path()
		given.WebConfigFile = &path
	}
	return &given
}

// connState implements http.Server.ConnState. It runs before exporter-toolkit
// reads the files for a request. net/http accepts no connection while it runs for
// a new one, so that waits in meteredConn instead.
func (w *webFiles) connState(connection net.Conn, state http.ConnState) {
	if state != http.StateNew && state != http.StateActive {
		return
	}
	if w.ready() != nil {
		_ = connection.Close()
	}
}

// ready waits for fresh files, and returns an error if exporter-toolkit must not
// read them.
func (w *webFiles) ready() error {
	if w == nil {
		return nil
	}
	if err := w.fresh(); err != nil && w.copy == nil {
		return err
	}
	return nil
}

// fresh waits until the files have been re-read, at most webWait. It returns
// the error of the last read.
func (w *webFiles) fresh() error {
	w.mu.Lock()
	current := w.pending
	if current == nil {
		current = &look{began: time.Now(), over: make(chan struct{})}
		w.pending = current
		go w.look(current)
	}
	w.mu.Unlock()
	timer := time.NewTimer(webWait - time.Since(current.began)) // the real clock, because storage uses it
	defer timer.Stop()
	select {
	case <-current.over:
	case <-timer.C:
		return files.ErrHangs
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// look re-reads the files, and replaces the copy if they are valid.
func (w *webFiles) look(l *look) {
	ctx, cancel := context.WithTimeout(context.Background(), files.Wait)
	defer cancel()
	fresh, err := readWebFiles(ctx, w.reader, w.file)
	w.mu.Lock()
	before := w.err
	switch {
	case w.closed:
		err = before
	case err != nil:
		w.judged = nil
	case bytes.Equal(fresh.text, w.judged):
		err = before
	default:
		w.judged = fresh.text
		err = w.replace(fresh)
	}
	w.err, w.pending = err, nil
	w.mu.Unlock()
	defer close(l.over)
	switch {
	case err != nil && (before == nil || before.Error() != err.Error()):
		_ = level.Error(w.logger).Log("msg", "web configuration cannot be used, keeping the last good one", "file", w.file, "err", err)
	case err == nil && before != nil:
		_ = level.Info(w.logger).Log("msg", "web configuration can be used again", "file", w.file)
	}
}

// replace puts a configuration into effect. The caller must hold mu.
func (w *webFiles) replace(fresh *webConfig) error {
	if err := fresh.checkTransition(w.good); err != nil {
		return err
	}
	if w.copy == nil {
		w.good = fresh
		return fresh.check(w.file)
	}
	next, err := files.NewCopy(fresh.text)
	if err != nil {
		return err
	}
	defer func() { _ = next.Close() }() // w.copy has its own descriptor by then
	if err := fresh.check(next.Path()); err != nil {
		return err
	}
	if err := w.copy.Replace(next); err != nil {
		return err
	}
	w.good = fresh
	return nil
}

// close releases the copy. A read that is running no longer has an effect.
func (w *webFiles) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.copy != nil {
		_ = w.copy.Close() // it is only memory
	}
}
