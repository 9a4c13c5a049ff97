package sandbox

// nonceVerdict is the result of comparing a nonce with earlier ones.
type nonceVerdict int

const (
	nonceGood nonceVerdict = iota
	nonceBelow
	nonceSame
	nonceRotated // the key was replaced after the signature was checked
)

// nonceState is the nonce sequence of one key. It must increase strictly, as at Kraken
// for a key without a nonce window.
type nonceState struct {
	used bool
	last uint64
}

func (n *nonceState) use(nonce uint64) nonceVerdict {
	switch {
	case n.used && nonce == n.last:
		return nonceSame
	case n.used && nonce < n.last:
		return nonceBelow
	}
	n.used, n.last = true, nonce
	return nonceGood
}
