package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"go.uber.org/goleak"

	"export_status_exporter/internal/app"
	"export_status_exporter/internal/fleet"
	"export_status_exporter/internal/sandbox"
)

// options are the flags.
type options struct {
	duration time.Duration
	accounts int
	scrapers int
	pause    time.Duration
	timeout  time.Duration
	seed     uint64
}

// What the program is started with beside the default bounds on refreshes.
const (
	maxRequests   = 40
	timeoutOffset = 500 * time.Millisecond
	stopTimeout   = 30 * time.Second
)

// keepRequests is how many requests the sandbox remembers: nobody looks at
// them here, and they would be counted as the program's memory.
const keepRequests = 10

// newRand returns the choices of one actor, which are the same for a seed.
func newRand(seed, actor uint64) *mathrand.Rand {
	return mathrand.New(mathrand.NewPCG(seed, actor))
}

// course is a soak under way.
type course struct {
	options
	findings findings
	sandbox  *sandbox.Sandbox
	members  []member
	log      *logWatch
	stall    *stall
	queue    *app.LogQueue
	app      *app.App
	client   *http.Client
	reloads  *reloader
	scrapers *scrapers
	director *director
	deaf     *deaf
	hanging  *hanging
	refusing *refusing
	begin    time.Time
}

// soak runs everything and returns the numbers and what was broken. An error
// means that it could not run at all.
func soak(ctx context.Context, o options) (result, error) {
	if o.accounts < leastAccounts() || o.scrapers < 1 || o.duration <= 0 || o.timeout <= 0 {
		return result{}, fmt.Errorf("it takes at least %d accounts, one scraper, a duration and a timeout", leastAccounts())
	}
	goroutines, leaks := runtime.NumGoroutine(), goleak.IgnoreCurrent()
	files, countsFiles := openFiles()
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return result{}, fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()

	c := &course{options: o, begin: time.Now()}
	r, err := c.run(ctx, filepath.Join(dir, "export_status_exporter.yml"))
	if err != nil {
		return result{}, err
	}

	r.goroutines[0], r.files[0] = goroutines, files
	if err := goleak.Find(leaks); err != nil {
		c.findings.add("no goroutine is left", "%.2000s", err.Error())
	}
	r.goroutines[1] = runtime.NumGoroutine()
	if countsFiles {
		// A socket is closed a moment after its goroutine ended.
		if !eventually(5*time.Second, func() bool { r.files[1], _ = openFiles(); return r.files[1] <= files }) {
			c.findings.add("no descriptor is left", "%d, before %d", r.files[1], files)
		}
	}
	r.broken = c.findings.list()
	return r, nil
}

// run has the program up from beginning to end.
func (c *course) run(ctx context.Context, file string) (_ result, err error) {
	c.sandbox = sandbox.New(sandbox.Options{KeepRequests: keepRequests})
	defer func() { err = errors.Join(err, c.sandbox.Close()) }()
	if err := c.sandbox.Start(); err != nil {
		return result{}, fmt.Errorf("sandbox: %w", err)
	}
	if c.refusing, err = newRefusing(c.sandbox.Handler(sandbox.OnlyFansAPI)); err != nil {
		return result{}, err
	}
	defer c.refusing.close()
	c.members = addAccounts(c.sandbox, c.accounts, c.begin)
	c.client = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: c.options.scrapers + 1}}
	defer c.client.CloseIdleConnections()
	if err := c.start(file); err != nil {
		return result{}, err
	}
	defer func() {
		c.client.CloseIdleConnections()
		stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		if stopErr := c.app.Stop(stop); stopErr != nil {
			c.findings.add("the program stops in time", "%v", stopErr)
		}
		if closeErr := c.queue.Close(stop); closeErr != nil {
			c.findings.add("the log is written to its end", "%v", closeErr)
		}
	}()

	r := result{options: c.options}
	c.load(ctx, 1, c.duration/4)
	c.settle()
	r.heap[0] = heapInUse()
	c.load(ctx, 2, c.duration-c.duration/4)
	if ctx.Err() != nil {
		return result{}, errors.New("interrupted")
	}
	r.waiting = c.recover()
	c.settle()
	r.heap[1] = heapInUse()
	if limit := r.heap[0]*3/2 + 64; r.heap[1] > limit {
		c.findings.add("memory is bounded", "%d MiB in use at the end, %d MiB after the warm-up, at most %d allowed", r.heap[1], r.heap[0], limit)
	}
	c.judge()
	c.judgeFiles(&r)
	c.count(&r)
	return r, nil
}

// start makes the configurations and all actors, and starts the program.
func (c *course) start(file string) error {
	echo := make([]byte, 16)
	_, _ = rand.Read(echo) // It never fails.
	text := "echo-" + hex.EncodeToString(echo)
	words := newCanaries(append(c.sandbox.Canaries(), text))

	c.log = newLogWatch(&c.findings)
	c.log.canaries.Store(words)
	var stable []string
	stays := make(map[string]bool)
	for _, m := range c.members {
		c.log.quiet[m.Name()], c.log.refused[m.Name()] = m.part == quiet, m.part == refused
		if m.stays() {
			stable = append(stable, m.Name())
			stays[m.Name()] = true
		}
	}
	both := configurations(c.sandbox, c.members, c.timeout, c.refusing.url())
	if err := c.writeFiles(filepath.Dir(file)); err != nil {
		return err
	}
	if err := os.WriteFile(file, both[0].content, 0o600); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	c.stall = &stall{next: c.log}
	loggers, queue, err := app.NewQueuedLoggers(c.stall, "debug", "logfmt", time.Now)
	if err != nil {
		return fmt.Errorf("logger: %w", err)
	}
	c.queue = queue
	c.app, err = app.New(app.Options{
		ConfigFile:    file,
		TimeoutOffset: timeoutOffset,
		MaxRequests:   maxRequests,
		Settings:      fleet.Settings{MaxRefreshes: app.DefaultMaxRefreshes, MaxRefreshesPerHost: app.DefaultMaxRefreshesPerHost},
		Loggers:       loggers,
		Version:       "soak",
	})
	if err != nil {
		return errors.Join(fmt.Errorf("program: %w", err), queue.Close(context.Background()))
	}
	if err := c.app.Listen(); err != nil {
		return errors.Join(fmt.Errorf("program: %w", err), c.app.Stop(context.Background()), queue.Close(context.Background()))
	}
	c.app.Serve()
	address := "http://" + c.app.Addr()
	c.reloads = &reloader{file: file, both: both, findings: &c.findings, post: poster(c.client, address)}
	c.scrapers = &scrapers{
		client: c.client, address: address, reloads: c.reloads, findings: &c.findings, canaries: words,
		stable: stable, stays: stays, pause: c.pause, slots: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	c.deaf = &deaf{address: c.app.Addr(), findings: &c.findings}
	c.director = newDirector(c.members, c.seed, text, c.begin)
	return nil
}

// writeFiles writes what the configurations name.
func (c *course) writeFiles(dir string) error {
	c.hanging = &hanging{findings: &c.findings}
	for _, m := range c.members {
		if m.part != filed {
			continue
		}
		path := filepath.Join(dir, tokenFile(m))
		if err := os.WriteFile(path, []byte(m.Credentials().Token), 0o600); err != nil {
			return fmt.Errorf("secret file: %w", err)
		}
		c.hanging.files = append(c.hanging.files, path)
	}
	return c.refusing.writeCA(filepath.Join(dir, caFile))
}

// load has all actors at work for a while. The choices of a later load go on
// differently, but are those of the seed as well.
func (c *course) load(ctx context.Context, number uint64, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var actors sync.WaitGroup
	actors.Go(func() { c.director.run(ctx) })
	actors.Go(func() { c.stall.run(ctx, d) })
	actors.Go(func() { c.hanging.run(ctx, newRand(c.seed, number<<34)) })
	actors.Go(func() { c.deaf.run(ctx, newRand(c.seed, number<<33)) })
	actors.Go(func() { c.reloads.run(ctx, newRand(c.seed, number<<32), min(3*time.Second, d/3)) })
	for i := range c.options.scrapers {
		actors.Go(func() { c.scrapers.run(ctx, newRand(c.seed, number<<32+uint64(i)+1)) })
	}
	actors.Wait()
}
