package main

import "encoding/binary"

// prefix is how many bytes of a canary are looked up at every place of a text.
// All canaries are longer.
const prefix = 8

// canaries finds any of many strings in a text in one pass: a thousand accounts
// have some twenty thousand secrets, and a scrape of them has megabytes. It is
// immutable.
type canaries struct {
	// sieve has a bit for each hash of a prefix that occurs, so that nearly all
	// places of a text are passed without a look into the map.
	sieve    []uint64
	byPrefix map[uint64][]string
}

const sieveBits = 1 << 20

func newCanaries(words []string) *canaries {
	c := &canaries{sieve: make([]uint64, sieveBits/64), byPrefix: make(map[uint64][]string)}
	for _, word := range words {
		key := binary.LittleEndian.Uint64([]byte(word))
		bit := sieveBit(key)
		c.sieve[bit/64] |= 1 << (bit % 64)
		c.byPrefix[key] = append(c.byPrefix[key], word)
	}
	return c
}

// sieveBit spreads keys over the sieve by Fibonacci hashing.
func sieveBit(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> 44 }

// find returns the place of the first canary in a text, or -1.
func (c *canaries) find(text []byte) int {
	for at := 0; at+prefix <= len(text); at++ {
		key := binary.LittleEndian.Uint64(text[at:])
		bit := sieveBit(key)
		if c.sieve[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		for _, word := range c.byPrefix[key] {
			if len(text)-at >= len(word) && string(text[at:at+len(word)]) == word {
				return at
			}
		}
	}
	return -1
}
