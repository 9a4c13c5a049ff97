package files

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limits on what a load of the configuration waits for storage.
const (
	// LoadWait is the maximum for all its files together.
	LoadWait = 10 * time.Second
	// promptWait is how long a file may take without being counted. Many files
	// on storage that responds must not use up LoadWait.
	promptWait = 10 * time.Millisecond
)

// errImpatient is the cause of an Error for a file that was given up because of
// the files before it. It is ErrHangs too.
var errImpatient = &impatience{}

type impatience struct{}

func (*impatience) Error() string {
	return fmt.Sprintf("was not read: storage has hung once, or all files of the configuration together took more than %s", LoadWait)
}

func (*impatience) Is(target error) bool { return target == ErrHangs }

// patience is the time that all files of one load may still take.
type patience struct {
	mu   sync.Mutex
	left time.Duration
}

type patienceKey struct{}

// Patiently returns a context in which all calls of a Reader together wait for
// storage for at most LoadWait. After the first file that hangs, they do not
// wait at all, because every other file could hang for as long.
func Patiently(ctx context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, &patience{left: LoadWait})
}

// patienceOf returns the patience of a context, nil if it has none.
func patienceOf(ctx context.Context) *patience {
	p, _ := ctx.Value(patienceKey{}).(*patience)
	return p
}

// remaining returns how long the next file may take, 0 if it must not be read.
func (p *patience) remaining() time.Duration {
	if p == nil {
		return Wait
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(p.left, Wait)
}

// spend counts the time that a file took, and ends the patience if the file
// hangs.
func (p *patience) spend(took time.Duration, err error) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if took > promptWait {
		p.left = max(0, p.left-took)
	}
	if errors.Is(err, ErrHangs) {
		p.left = 0
	}
}
