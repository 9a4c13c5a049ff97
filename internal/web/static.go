package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"time"
)

// asset is an embedded file.
type asset struct {
	contentType string
	body        []byte
	// tag is a hash of the body, used in its URL and as ETag.
	tag string
}

// staticAssets returns the files under /static/, by name.
func staticAssets() map[string]asset {
	files := make(map[string]asset)
	for name, contentType := range map[string]string{
		"export.css": "text/css; charset=utf-8",
		"icon.svg":   "image/svg+xml",
	} {
		body, err := assets.ReadFile("assets/" + name)
		if err != nil {
			panic(err) // embedded at build time
		}
		sum := sha256.Sum256(body)
		files[name] = asset{contentType, body, hex.EncodeToString(sum[:6])}
	}
	files["favicon.ico"] = files["icon.svg"] // browsers request it by default
	return files
}

// Static handles GET /static/ and GET /favicon.ico: the style sheet and the
// icon. The pages link to URLs with a hash of the content, which a browser may
// cache forever; it revalidates any other URL.
func (p *Pages) Static(w http.ResponseWriter, r *http.Request) {
	file, ok := p.static[path.Base(r.URL.Path)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	caching := "no-cache"
	if r.URL.Query().Get("v") == file.tag {
		caching = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Cache-Control", caching)
	w.Header().Set("Content-Type", file.contentType)
	w.Header().Set("ETag", `"`+file.tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.body))
}
