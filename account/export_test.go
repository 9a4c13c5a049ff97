package account

// Len returns how many keys the store has, with and without secrets.
func (k *Keys) Len() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.keys) + len(k.apis)
}
