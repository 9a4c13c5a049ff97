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

// webWait is how long a connection or a request waits for what the files of the
// web configuration hold now. Then the last good ones serve.
const webWait = time.Second

// webFiles are a web configuration and the files that it names. exporter-toolkit
// reads them for each connection and request by itself, waits for a FIFO and
// reads a device to its end. So it gets a copy of what was read within bounds
// and is good. Nil is no web configuration.
type webFiles struct {
	reader *files.Reader
	file   string
	logger log.Logger
	// copy is what exporter-toolkit reads. It is nil where the system has none;
	// there whoever comes is turned away as long as the files are not good.
	copy *files.Copy

	mu      sync.Mutex
	pending *look
	good    *webConfig // the last good one
	judged  []byte     // the last text, and what came of it
	err     error
}

// look is one at the files, for all who come meanwhile.
type look struct {
	began time.Time
	over  chan struct{}
}

// openWebFiles reads a web configuration for the first time.
func openWebFiles(ctx context.Context, reader *files.Reader, file string, logger log.Logger) (*webFiles, error) {
	w := &webFiles{reader: reader, file: file, logger: logger}
	fresh, err := readWebFiles(ctx, reader, file)
	if err != nil {
		return nil, err
	}
	w.copy, _ = files.NewCopy(fresh.text)
	if err := fresh.check(w.path()); err != nil {
		w.close(ctx)
		return nil, err
	}
	w.good, w.judged = fresh, fresh.text
	return w, nil
}

// path is what exporter-toolkit reads.
func (w *webFiles) path() string {
	if w.copy == nil {
		return w.file
	}
	return w.copy.Path()
}

// flags are exporter-toolkit's, with that path.
func (w *webFiles) flags(given web.FlagConfig) *web.FlagConfig {
	if w != nil {
		path := w.path()
		given.WebConfigFile = &path
	}
	return &given
}

// connState is called before exporter-toolkit reads for a connection or for a
// request.
func (w *webFiles) connState(connection net.Conn, state http.ConnState) {
	if w == nil || state != http.StateNew && state != http.StateActive {
		return
	}
	if err := w.fresh(); err != nil && w.copy == nil {
		_ = connection.Close() // nobody reads the files for it
	}
}

// fresh waits for a look at the files, and returns what came of the last one.
func (w *webFiles) fresh() error {
	w.mu.Lock()
	current := w.pending
	if current == nil {
		current = &look{began: time.Now(), over: make(chan struct{})}
		w.pending = current
		go w.look(current)
	}
	w.mu.Unlock()
	timer := time.NewTimer(webWait - time.Since(current.began)) // storage knows no other clock
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

// look reads the files and replaces the copy if they are good.
func (w *webFiles) look(l *look) {
	ctx, cancel := context.WithTimeout(context.Background(), files.Wait)
	defer cancel()
	fresh, err := readWebFiles(ctx, w.reader, w.file)
	w.mu.Lock()
	before := w.err
	switch {
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

// replace puts a configuration in force. It needs the lock.
func (w *webFiles) replace(fresh *webConfig) error {
	if err := fresh.opens(w.good); err != nil {
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
	defer func() { _ = next.Close() }() // the content has another name by then
	if err := fresh.check(next.Path()); err != nil {
		return err
	}
	if err := w.copy.Replace(next); err != nil {
		return err
	}
	w.good = fresh
	return nil
}

// close ends the copy, when no look is under way or ctx ends.
func (w *webFiles) close(ctx context.Context) {
	w.mu.Lock()
	current := w.pending
	w.mu.Unlock()
	if current != nil {
		select {
		case <-current.over:
		case <-ctx.Done():
			return // it would write into whatever has the descriptor then
		}
	}
	if w.copy != nil {
		_ = w.copy.Close() // of memory
	}
}
