package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// The roles of the processes that are started for a measurement, besides the exporter.
// Each one serves on loopback, prints its address and runs until it is killed.
const (
	roleProvider = "provider"
	roleNaive    = "naive"
	roleFloor    = "floor"
)

// play runs a role. A provider serves a list of exports, a naive exporter reads
// accounts from the provider at target, and a floor serves the bytes of the file
// target.
func play(role, target, payloadName string, exports, accounts int) error {
	var handler http.Handler
	named, err := payloadOf(payloadName)
	if err != nil {
		return err
	}
	switch role {
	case roleProvider:
		handler = named.answers(exports)
	case roleNaive:
		handler = naiveExporter(target, named, accounts)
	case roleFloor:
		body, err := os.ReadFile(target)
		if err != nil {
			return fmt.Errorf("reading what to serve: %w", err)
		}
		handler = compressed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
			_, _ = w.Write(body)
		}))
	default:
		return fmt.Errorf("no role %q", role)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}
