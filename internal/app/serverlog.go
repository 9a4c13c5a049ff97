package app

import (
	"log/slog"
	"strings"
	"sync"
	"time"
)

// Limits on what net/http logs. It logs a line for each connection that fails, and
// crypto/tls quotes the client in it.
const (
	maxServerLines     = 10 // a second
	maxServerLineBytes = 256
)

// serverLog is the output of http.Server.ErrorLog.
type serverLog struct {
	logger *slog.Logger
	now    func() time.Time

	mu             sync.Mutex
	second         int64
	lines, omitted int
}

// Write implements io.Writer for whole lines.
func (l *serverLog) Write(p []byte) (int, error) {
	text := strings.TrimSpace(string(p))
	ours := strings.HasPrefix(text, "http: panic serving") || strings.HasPrefix(text, "http2: panic serving")
	if len(text) > maxServerLineBytes && !ours {
		text = strings.ToValidUTF8(text[:maxServerLineBytes], "") + "..."
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if second := l.now().Unix(); second != l.second {
		l.second, l.lines = second, 0
	}
	if l.lines == maxServerLines {
		l.omitted++
		return len(p), nil
	}
	l.lines++
	if l.omitted > 0 {
		l.logger.Warn(text, "omitted_before", l.omitted)
		l.omitted = 0
	} else {
		l.logger.Warn(text)
	}
	return len(p), nil
}
