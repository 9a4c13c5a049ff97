package main

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// openFiles counts the descriptors of this process; ok is false where the
// system does not tell.
func openFiles() (count int, ok bool) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0, false
	}
	return len(entries) - 1, true // without the one that was just read
}

// peakMemory is the most memory this process ever had resident, in MiB, or 0
// where the system does not tell. Emulated providers and scrapers are part of
// it.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			return kib >> 10
		}
	}
	return 0
}

// heapInUse is what is in use after a full collection, in MiB. Two collections,
// because pools survive the first.
func heapInUse() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapInuse >> 20)
}

// wait waits for d or until ctx ends, and reports whether the wait was whole.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// eventually asks every 100 ms until the answer is yes or d is over.
func eventually(d time.Duration, yes func() bool) bool {
	for deadline := time.Now().Add(d); ; {
		if yes() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
		wait(context.Background(), 100*time.Millisecond)
	}
}
