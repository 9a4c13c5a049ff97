package exposition

import "io"

// ChecksumOf returns the CRC-32 of parts, combined from those of the parts.
func ChecksumOf(parts ...[]byte) uint32 {
	var whole checksum
	for _, p := range parts {
		part := &summed{to: io.Discard}
		_, _ = part.Write(p)
		whole = whole.then(part.sum)
	}
	return whole.crc
}
