package exposition

import (
	"hash/crc32"
	"io"
)

// checksum is what gzip tells about some content: its CRC-32 and its length in bytes.
type checksum struct {
	crc  uint32
	size int
}

// then returns the checksum of two contents, one after the other. A CRC is a remainder
// of polynomials with coefficients modulo 2, so the first one is multiplied by x for
// each bit that follows.
func (c checksum) then(next checksum) checksum {
	power, square := uint32(one), uint32(one>>8)
	for n := next.size; n > 0; n >>= 1 {
		if n&1 != 0 {
			power = multiply(power, square)
		}
		square = multiply(square, square)
	}
	return checksum{multiply(power, c.crc) ^ next.crc, c.size + next.size}
}

// one is the polynomial 1: the highest bit is the lowest coefficient.
const one = 1 << 31

// multiply returns the product of two polynomials modulo that of CRC-32.
func multiply(a, b uint32) uint32 {
	product := uint32(0)
	for ; a != 0; a <<= 1 {
		if a&one != 0 {
			product ^= b
		}
		last := b & 1 // becomes a coefficient that is too high
		b >>= 1
		if last != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}

// summed forwards what is written and computes its checksum.
type summed struct {
	to  io.Writer
	sum checksum
}

// Write implements io.Writer.
func (s *summed) Write(p []byte) (int, error) {
	s.sum.crc = crc32.Update(s.sum.crc, crc32.IEEETable, p)
	s.sum.size += len(p)
	return s.to.Write(p)
}
