package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	slgk "github.com/tjhop/slog-gokit"
)

// LogLevels returns the values of --log.level.
func LogLevels() []string { return []string{"debug", "info", "warn", "error"} }

// LogFormats returns the values of --log.format.
func LogFormats() []string { return []string{"logfmt", "json"} }

// Loggers are two interfaces to one log: go-kit's for our code, slog's for
// exporter-toolkit. Both have the same minimum level and the same keys.
type Loggers struct {
	Kit  log.Logger
	Slog *slog.Logger
	// Dropped returns the number of lines that were lost; nil means none.
	Dropped func() uint64
}

// NewLoggers returns loggers that write to w directly; see NewQueuedLoggers for
// loggers that never block. It fails if the level or the format is unknown.
func NewLoggers(w io.Writer, levelName, format string, now func() time.Time) (Loggers, error) {
	least, err := level.Parse(levelName)
	var slogLevel slog.Level
	if err != nil || slogLevel.UnmarshalText([]byte(levelName)) != nil {
		return Loggers{}, fmt.Errorf("unknown log level %q", levelName)
	}
	var bare log.Logger
	switch format {
	case "logfmt":
		bare = log.NewLogfmtLogger(log.NewSyncWriter(w))
	case "json":
		bare = log.NewJSONLogger(log.NewSyncWriter(w))
	default:
		return Loggers{}, fmt.Errorf("unknown log format %q", format)
	}
	// The slog bridge adds time and caller itself, so it wraps the bare logger.
	// Otherwise each line would have two timestamps.
	timestamp := log.TimestampFormat(func() time.Time { return now().UTC() }, time.RFC3339Nano)
	return Loggers{
		Kit:  level.NewFilter(log.With(bare, "time", timestamp, "caller", log.Caller(5)), level.Allow(least)),
		Slog: slog.New(inUTC{slgk.NewGoKitHandler(bare, slogLevel)}),
	}, nil
}

// inUTC is a handler whose lines have their time in UTC, like those of our code. Reading
// the local zone could also hang: TZ may name any file.
type inUTC struct{ slog.Handler }

// Handle implements slog.Handler.
func (h inUTC) Handle(ctx context.Context, line slog.Record) error {
	line.Time = line.Time.UTC()
	return h.Handler.Handle(ctx, line) //nolint:wrapcheck // handed on
}

// WithAttrs implements slog.Handler.
func (h inUTC) WithAttrs(attrs []slog.Attr) slog.Handler { return inUTC{h.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (h inUTC) WithGroup(name string) slog.Handler { return inUTC{h.Handler.WithGroup(name)} }
