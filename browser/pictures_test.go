//go:build browser

package browser_test

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/png"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	// pictureHeight ends the README's pictures in the middle of the table.
	pictureHeight   = 1130
	maxPictureBytes = 200 << 10
)

// TestPictures creates the README's pictures. Their content is the same in every run,
// but the rendering of text varies, so they are not compared.
func TestPictures(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	p := started(t)
	for _, m := range modes()[:2] {
		tab := browser.open(t, m, p.address+"/exports")
		ctx, cancel := context.WithTimeout(tab.ctx, patience)
		defer cancel()
		beyond := true
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Clip:                  &page.Viewport{Width: float64(m.width), Height: pictureHeight, Scale: 1},
			CaptureBeyondViewport: &beyond,
		})
		if err != nil {
			t.Fatal(err)
		}
		picture := smaller(t, shot.Data)
		if len(picture) > maxPictureBytes {
			t.Errorf("the %s picture has %d bytes, more than %d", m.name, len(picture), maxPictureBytes)
		}
		name := "exports-" + m.name + ".png"
		if *updatePictures {
			write(t, filepath.Join("..", "docs", "images", name), picture)
		}
		keep(t, "readme-"+m.name, picture)
	}
}

// smaller reduces a picture to its 256 most frequent colors, and replaces every other
// color with the nearest of them.
func smaller(t *testing.T, content []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	bounds := full.Bounds()
	counts := make(map[color.RGBA]int)
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[at(x, y)]++
		}
	}
	colours := make([]color.RGBA, 0, len(counts))
	for each := range counts {
		colours = append(colours, each)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, each := range colours[:min(256, len(colours))] {
		palette = append(palette, each)
	}
	nearest := make(map[color.RGBA]uint8)
	for _, each := range colours {
		nearest[each] = uint8(palette.Index(each))
	}
	few := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			few.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
