package account

import "context"

// permit is the right to run one refresh: the turn of a key, which stands for one
// version of the secrets, and a slot of each semaphore.
type permit struct {
	key *Key
	end func()
}

// permit waits until a refresh may run, or the account is closing. The secrets can
// change meanwhile, so the version that signs is the one in use at the end of the
// wait, and the turn is that of its key: what the provider answers concerns this
// key. In the returned context, the sources sign with it. The caller must call
// end, even after an error.
func (a *Account) permit(ctx context.Context) (signing context.Context, p permit, err error) {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(a.open, cancel)()
	_, key := a.Key(ctx)
	for {
		release, err := a.acquire(waiting, key)
		signing, current := a.Key(ctx)
		if err != nil || current == key {
			current.release()
			return signing, permit{key, func() { release(); key.release() }}, err
		}
		release()
		key.release()
		key = current
	}
}

// acquire waits for the turn of a key and a slot of each semaphore.
func (a *Account) acquire(ctx context.Context, key *Key) (release func(), err error) {
	pass, err := a.acquireTurn(ctx, key)
	if err != nil {
		return pass, err
	}
	free, err := take(ctx, a.Slots)
	if err != nil {
		return pass, err
	}
	return func() { free(); pass() }, nil
}
