package sandbox

import (
	"math"
	"time"
)

// budget is a token bucket that refills evenly over a period. Size 0 means no limit.
type budget struct {
	size   int
	period time.Duration
	tokens float64
	at     time.Time
}

// newBudget returns a full budget. Kraken's counter and Coinbase's bucket are
// documented, too, but no poller comes near their limits, so they are only set by
// SetLimit.
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

// take spends cost, or returns how long to wait until it can be spent.
func (b *budget) take(now time.Time, cost int) (time.Duration, bool) {
	if b.size == 0 {
		return 0, true
	}
	b.refill(now)
	missing := float64(cost) - b.tokens
	// Allow for rounding errors in sums of fractions.
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
