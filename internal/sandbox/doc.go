// Package sandbox emulates provider APIs in-process, over real HTTP on loopback: Kraken
// Spot, Coinbase Exchange, Kraken Futures and OnlyFansAPI, and any other API that an
// [API] describes, for accounts that use API definitions.
//
// The demo and the tests use it. On purpose, it shares no code with the provider
// packages: it checks signatures, nonces, timestamps and tokens with its own
// implementation, which is tested with the published vectors. A signing bug therefore
// cannot pass on both sides.
//
// Everything secret or personal in its replies is random. [Account.Canaries] returns
// these values, so that tests can search the program's output for them.
//
// All exported methods are safe for concurrent use.
package sandbox
