package secret

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
)

// decode returns the text of a file. A byte order mark, which some editors write,
// determines the encoding. Without one, the encoding is UTF-8.
func decode(content []byte) (string, error) {
	little, big := []byte{0xFF, 0xFE}, []byte{0xFE, 0xFF}
	switch {
	case bytes.HasPrefix(content, []byte{0xFF, 0xFE, 0, 0}) || bytes.HasPrefix(content, []byte{0, 0, 0xFE, 0xFF}):
		return "", errors.New("is UTF-32; save it as UTF-8")
	case bytes.HasPrefix(content, little):
		return decodeUTF16(content[2:], binary.LittleEndian)
	case bytes.HasPrefix(content, big):
		return decodeUTF16(content[2:], binary.BigEndian)
	case bytes.IndexByte(content, 0) >= 0:
		return "", errors.New("holds NUL bytes: it is UTF-16 without a byte order mark, or no text; save it as UTF-8")
	}
	return string(content), nil
}

func decodeUTF16(content []byte, order binary.ByteOrder) (string, error) {
	damaged := errors.New("is UTF-16, as its byte order mark says, and not whole; save it again, as UTF-8")
	if len(content)%2 != 0 {
		return "", damaged
	}
	units := make([]uint16, len(content)/2)
	for i := range units {
		units[i] = order.Uint16(content[2*i:])
	}
	text := string(utf16.Decode(units))
	if strings.ContainsRune(text, '\uFFFD') || strings.ContainsRune(text, 0) {
		return "", damaged
	}
	return text, nil
}
