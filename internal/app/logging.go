package app

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	slgk "github.com/tjhop/slog-gokit"
)

// LogLevels and LogFormats are the values of --log.level and --log.format.
func LogLevels() []string { return []string{"debug", "info", "warn", "error"} }

// LogFormats are the values of --log.format.
func LogFormats() []string { return []string{"logfmt", "json"} }

// Loggers are the two doors to one log: go-kit's for our code, slog's for
// exporter-toolkit. Both have the same gate and write the same keys.
type Loggers struct {
	Kit  log.Logger
	Slog *slog.Logger
	// Dropped is how many lines did not reach the log; nil means none.
	Dropped func() uint64
}

// NewLoggers returns loggers that write to w and wait for it; see
// NewQueuedLoggers.
func NewLoggers(w io.Writer, levelName, format string, now func() time.Time) (Loggers, error) {
	var gate level.Option
	var slogLevel slog.Level
	switch levelName {
	case "debug":
		gate, slogLevel = level.AllowDebug(), slog.LevelDebug
	case "info":
		gate, slogLevel = level.AllowInfo(), slog.LevelInfo
	case "warn":
		gate, slogLevel = level.AllowWarn(), slog.LevelWarn
	case "error":
		gate, slogLevel = level.AllowError(), slog.LevelError
	default:
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
	// The bridge adds time and caller from the slog record, so it stands on the
	// bare logger; a second timestamp in a line would contradict the first.
	timestamp := log.TimestampFormat(func() time.Time { return now().UTC() }, time.RFC3339Nano)
	return Loggers{
		Kit:  level.NewFilter(log.With(bare, "time", timestamp, "caller", log.Caller(5)), gate),
		Slog: slog.New(slgk.NewGoKitHandler(bare, slogLevel)),
	}, nil
}
