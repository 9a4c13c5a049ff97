package collector

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"sync"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// ticks is the unit of CPU time in /proc, on every Linux that Go supports.
const ticks = 100

// Self shows what client_golang's collector of the process shows, for a fifth
// of its CPU time, which is a tenth of a small scrape: that one opens five files
// at every scrape, of which one has the statistics of the whole machine, to tell
// when the process began, and opening another costs more than reading it.
type Self struct {
	cpu, virtual, maxVirtual, resident, start *prometheus.Desc
	openFiles, maxFiles, received, sent       *prometheus.Desc
	// began is the metric of start, which never changes.
	began []prometheus.Metric

	// stat and netstat stay open until Close. Nil is a file that cannot be.
	stat, netstat *os.File
	// mu guards content, which is of one of them.
	mu      sync.Mutex
	content [16 << 10]byte
}

// NewSelf returns the metrics of the process that its operating system knows.
// Close it at the end.
func NewSelf() *Self {
	all := collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})
	desc := func(name string) *prometheus.Desc { return descOf(all, name) }
	s := &Self{
		cpu:        desc("process_cpu_seconds_total"),
		virtual:    desc("process_virtual_memory_bytes"),
		maxVirtual: desc("process_virtual_memory_max_bytes"),
		resident:   desc("process_resident_memory_bytes"),
		start:      desc("process_start_time_seconds"),
		openFiles:  desc("process_open_fds"),
		maxFiles:   desc("process_max_fds"),
		received:   desc("process_network_receive_bytes_total"),
		sent:       desc("process_network_transmit_bytes_total"),
	}
	for metric := range sentBy(all.Collect) {
		if metric.Desc() == s.start {
			s.began = append(s.began, metric)
		}
	}
	s.stat, _ = os.Open("/proc/self/stat")
	s.netstat, _ = os.Open("/proc/self/net/netstat")
	return s
}

// Close ends the reading; then nothing is shown of what was read.
func (s *Self) Close() error {
	var problems []error
	for _, file := range []*os.File{s.stat, s.netstat} {
		if file != nil {
			problems = append(problems, file.Close())
		}
	}
	return errors.Join(problems...)
}

// Describe implements prometheus.Collector.
func (s *Self) Describe(to chan<- *prometheus.Desc) {
	for _, each := range []*prometheus.Desc{s.cpu, s.virtual, s.maxVirtual, s.resident, s.start, s.openFiles, s.maxFiles, s.received, s.sent} {
		to <- each
	}
}

// Collect implements prometheus.Collector. What cannot be read is missing.
func (s *Self) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	counter := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, value)
	}
	for _, metric := range s.began {
		to <- metric
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stat := s.read(s.stat); len(stat) > 0 {
		// The name, in parentheses, may hold anything.
		if fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]); len(fields) > 21 {
			counter(s.cpu, (number(fields[11])+number(fields[12]))/ticks)
			gauge(s.virtual, number(fields[20]))
			gauge(s.resident, number(fields[21])*float64(os.Getpagesize()))
		}
	}
	if count, err := openFiles(); err == nil {
		gauge(s.openFiles, float64(count))
	}
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		gauge(s.maxFiles, float64(limit.Cur))
	}
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) == nil {
		gauge(s.maxVirtual, float64(limit.Cur))
	}
	if netstat := s.read(s.netstat); len(netstat) > 0 {
		counter(s.received, octets(netstat, "InOctets"))
		counter(s.sent, octets(netstat, "OutOctets"))
	}
}

// read returns what a file holds now, until the next call. It needs the lock.
func (s *Self) read(file *os.File) []byte {
	n, _ := file.ReadAt(s.content[:], 0) // which is an error at the end of what there is
	return s.content[:n]
}

func number(field []byte) float64 {
	value, _ := strconv.ParseFloat(string(field), 64)
	return value
}

// openFiles counts the open files. Linux tells it since 6.2 as the size of their
// folder.
func openFiles() (int, error) {
	const folder = "/proc/self/fd"
	info, err := os.Stat(folder)
	if err != nil {
		return 0, err //nolint:wrapcheck // It is told nowhere.
	}
	if info.Size() > 0 {
		return int(info.Size()), nil
	}
	dir, err := os.Open(folder)
	if err != nil {
		return 0, err //nolint:wrapcheck // As above.
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	return len(names) - 1, err //nolint:wrapcheck // The folder itself does not count.
}

// octets finds a counter of the protocol IP in a table that has the names of a
// protocol in one line and their values in the next.
func octets(netstat []byte, name string) float64 {
	begin := []byte("IpExt:")
	_, rest, _ := bytes.Cut(netstat, begin)
	names, rest, _ := bytes.Cut(rest, begin)
	values, _, _ := bytes.Cut(rest, []byte("\n"))
	at := bytes.Fields(values)
	for i, each := range bytes.Fields(names) {
		if string(each) == name && i < len(at) {
			return number(at[i])
		}
	}
	return 0
}
