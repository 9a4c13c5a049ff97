//go:build browser

package browser_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is many times what any step takes on two busy cores.
const patience = 2 * time.Minute

// mode is a combination of screen size, color scheme and similar settings.
type mode struct {
	name          string
	width, height int64
	scale         float64
	phone, dark   bool
}

func modes() []mode {
	return []mode{
		{name: "light", width: 1280, height: 900, scale: 1},
		{name: "dark", width: 1280, height: 900, scale: 1, dark: true},
		{name: "narrow", width: 390, height: 844, scale: 2, phone: true},
		{name: "narrow-dark", width: 390, height: 844, scale: 2, phone: true, dark: true},
		{name: "narrowest", width: 320, height: 568, scale: 2, phone: true},
	}
}

// window is a running browser.
type window struct{ ctx context.Context }

// chromium starts a browser with its own profile. It ends with the test, with all its
// processes.
func chromium(t *testing.T) *window {
	t.Helper()
	profile := t.TempDir()
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath("/usr/bin/chromium"),
		chromedp.UserDataDir(filepath.Join(profile, "data")),
		// Also keep files outside the profile, such as crash reports, in this folder.
		chromedp.Env("HOME="+profile, "XDG_CONFIG_HOME="+profile, "XDG_CACHE_HOME="+profile),
		chromedp.Headless,
		chromedp.NoSandbox, // containers lack the rights for a sandbox
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-breakpad", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("font-render-hinting", "none"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("no-proxy-server", true),
	)
	browser, cancelBrowser := chromedp.NewContext(allocator, chromedp.WithErrorf(t.Logf))
	t.Cleanup(func() {
		within, cancel := context.WithTimeout(browser, patience)
		defer cancel()
		if err := chromedp.Cancel(within); err != nil {
			t.Errorf("closing the browser: %v", err)
		}
		cancelBrowser()
		cancelAllocator()
		awaitEnd(t, profile)
	})
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	return &window{browser}
}

// awaitEnd waits until no process uses the profile. The browser's children end shortly
// after it.
func awaitEnd(t *testing.T, profile string) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for {
		commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, file := range commands {
			// The file of a process that has just ended cannot be read.
			if command, err := os.ReadFile(file); err == nil && bytes.Contains(command, []byte(profile)) {
				left++
			}
		}
		if left == 0 {
			return
		}
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("%d processes of the browser are left", left)
		}
	}
}

// tab is an open page with its complaints.
type tab struct {
	t   *testing.T
	ctx context.Context
	*complaints
}

// open opens an address in a new tab, in the given mode.
func (w *window) open(t *testing.T, m mode, address string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx, complaints: &complaints{}}
	if err := chromedp.Do(ctx); err != nil { // the tab exists as long as this context
		t.Fatalf("opening a tab: %v", err)
	}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	call(p, audits.Enable, cdp.Empty{})
	p.look(m)
	p.do(chromedp.Navigate(address))
	return p
}

// look switches a tab to a mode.
func (p *tab) look(m mode) {
	p.t.Helper()
	scheme := "light"
	if m.dark {
		scheme = "dark"
	}
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: m.width, Height: m.height, DeviceScaleFactor: m.scale, Mobile: m.phone,
	})
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// call sends a command of the DevTools protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		p.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}

// do performs actions, as a user would.
func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// follow performs actions that load another page, and waits until it is loaded.
func (p *tab) follow(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.Status != 200 {
		p.t.Fatalf("%s answered %d", answer.URL, answer.Status)
	}
}

// eval evaluates an expression on the page.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%.200s: %v", expression, err)
	}
	return value
}

// screenshot saves a picture of the page, or of the beginning of a long page, if
// pictures are wanted.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	if screenshots() == "" {
		return
	}
	const enough = 1600
	size := eval[[]float64](p, "[innerWidth, document.documentElement.scrollHeight]")
	beyond := true
	shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Clip: &page.Viewport{Width: size[0], Height: min(size[1], enough), Scale: 1}, CaptureBeyondViewport: &beyond, OptimizeForSpeed: &beyond,
	})
	keep(p.t, name, shot.Data)
}
