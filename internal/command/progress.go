package command

import (
	"fmt"
	"io"
	"time"
)

// progressPause is how often a line of progress changes.
const progressPause = 100 * time.Millisecond

// progress is a line that tells a person at a terminal how far a long command is. Anywhere else it is silent.
type progress struct {
	w    io.Writer
	what string
	last time.Time
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{what: what}
	if isTerminal(w) {
		p.w = w
		_, _ = fmt.Fprintf(w, "%s ...", what)
	}
	return p
}

// tell writes the line, unless it did so a moment ago.
func (p *progress) tell(done, all int) {
	if p.w == nil || time.Since(p.last) < progressPause {
		return
	}
	p.last = time.Now()
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d objects", p.what, done, all)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.w != nil {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}
