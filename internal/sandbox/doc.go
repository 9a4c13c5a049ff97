// Package sandbox emulates the four provider APIs in-process, over real HTTP
// on loopback: Kraken Spot, Coinbase Exchange, Kraken Futures, OnlyFansAPI; and
// any other that an [API] describes, for accounts of API definitions.
//
// It serves the demo and the tests. It shares no code with the provider
// packages on purpose: it checks signatures, nonces, timestamps and tokens
// with its own implementation, pinned to the published vectors, so that a
// signing bug cannot pass on both sides.
//
// Everything secret or personal that it serves is made up at random when an
// account is added, and [Account.Canaries] lists it, so that a test can search
// the program's output for what must never appear there.
//
// All exported methods are safe for concurrent use.
package sandbox
