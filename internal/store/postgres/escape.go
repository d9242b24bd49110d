package postgres

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// PostgreSQL's text holds no NUL and nothing that is not UTF-8. Names that hold either are kept escaped: a backslash
// begins \0 for NUL, \xHH for a byte of no character, and \\ for itself. Names without all these, which is nearly every
// one, are kept as they are.

// escape returns the text to store for a name.
func escape(name string) string {
	if utf8.ValidString(name) && !strings.ContainsAny(name, "\x00\\") {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x`)
			if name[i] < 0x10 {
				b.WriteByte('0')
			}
			b.WriteString(strconv.FormatUint(uint64(name[i]), 16))
		case r == 0:
			b.WriteString(`\0`)
		case r == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteString(name[i : i+size])
		}
		i += size
	}
	return b.String()
}

// unescape returns the name that a stored text stands for.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, `\\`):
			b.WriteByte('\\')
			i++
		case strings.HasPrefix(rest, `\0`):
			b.WriteByte(0)
			i++
		case strings.HasPrefix(rest, `\x`) && len(rest) >= 4:
			value, err := strconv.ParseUint(rest[2:4], 16, 8)
			if err != nil {
				b.WriteByte(text[i]) // Not written by escape.
				continue
			}
			b.WriteByte(byte(value))
			i += 3
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}
