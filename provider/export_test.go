package provider

// Taken returns how many bytes of the pool are in use.
func (m *Memory) Taken() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.pool
}
