package app

import (
	"context"
	"net/http"

	"github.com/prometheus/exporter-toolkit/web"
)

// MaxReloadBody is what the body of a reload may have, in bytes.
const MaxReloadBody = maxReloadBody

// TargetGroup is one element of what /sd answers.
type TargetGroup = targetGroup

// Loopback is a free port on loopback.
func Loopback() *web.FlagConfig { return loopback() }

// Handler answers without a socket.
func (a *App) Handler() http.Handler { return a.handler() }

// ReloadBy takes the place of a reload.
func (a *App) ReloadBy(reload func() error) error { return a.reloads.do(context.Background(), reload) }
