package postgres

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "", "plain": "plain", "日本": "日本", "\x00": `\0`, `\`: `\\`, `\0`: `\\0`, "a\xffb": `a\xffb`, "\x01": "\x01",
		"\ufffd": "\ufffd",
	} {
		if got := escape(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// Every name comes back, and what is stored is what PostgreSQL's text can hold.
func TestEscapeRoundTrip(t *testing.T) {
	t.Parallel()
	bytes := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte{0, '\\', 'x', '0', 0xff, 0xc3, 'f'}))
	rapid.Check(t, func(rt *rapid.T) {
		name := string(rapid.SliceOf(bytes).Draw(rt, "name"))
		text := escape(name)
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			rt.Errorf("%q is stored as %q", name, text)
		}
		if got := unescape(text); got != name {
			rt.Errorf("%q came back as %q", name, got)
		}
	})
}
