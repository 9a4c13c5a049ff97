package sandbox

import (
	"math"
	"time"
)

// budget is a token bucket that refills evenly within a period; size 0 means no
// limit.
type budget struct {
	size   int
	period time.Duration
	tokens float64
	at     time.Time
}

// newBudget returns a full one. Kraken's counter and Coinbase's bucket are
// documented too, but no poller comes near them, so they wait for SetLimit.
func newBudget(period time.Duration, size int) budget {
	b := budget{period: period}
	b.reset(size)
	return b
}

func (b *budget) reset(size int) {
	b.size, b.tokens = max(size, 0), float64(max(size, 0))
}

func (b *budget) refill(now time.Time) {
	if passed := now.Sub(b.at); !b.at.IsZero() && passed > 0 {
		b.tokens = min(float64(b.size), b.tokens+b.perSecond()*passed.Seconds())
	}
	if now.After(b.at) {
		b.at = now
	}
}

func (b *budget) perSecond() float64 { return float64(b.size) / b.period.Seconds() }

// take spends cost, or returns the time until the same request is granted.
func (b *budget) take(now time.Time, cost int) (time.Duration, bool) {
	if b.size == 0 {
		return 0, true
	}
	b.refill(now)
	missing := float64(cost) - b.tokens
	// Sums of fractions of tokens do not meet a whole number exactly.
	if missing > 1e-9 {
		seconds := math.Ceil(missing/b.perSecond() - 1e-9)
		return time.Duration(seconds) * time.Second, false
	}
	b.tokens -= float64(cost)
	return 0, true
}

func (b *budget) left(now time.Time) (size, rest int) {
	b.refill(now)
	return b.size, int(math.Floor(b.tokens + 1e-9))
}
