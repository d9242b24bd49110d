package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// standard is what a file is called that is the standard input or output.
const standard = "-"

// read reads a file, or the standard input for "-", and says what to call it in errors.
func (r *run) read(path string) (text []byte, name string, err error) {
	if path != standard {
		text, err = os.ReadFile(path)
		if err != nil {
			return nil, path, fmt.Errorf("cannot read %s: %w; `%s export` writes such a file", path, cause(err), program)
		}
		return text, path, nil
	}
	text, err = patiently(r.ctx, func() ([]byte, error) { return io.ReadAll(r.Stdin) })
	return text, "standard input", err
}

// patiently waits for what may never come, as long as ctx lasts: a read from a terminal or pipe cannot be called back.
func patiently[T any](ctx context.Context, wait func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		v, err := wait()
		done <- result{v, err}
	}()
	select {
	case got := <-done:
		return got.value, got.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// confirm asks a person to type yes. Where nobody is at a terminal, ok is false and asked too.
func (r *run) confirm(question string) (ok, asked bool, err error) {
	if !isTerminal(r.Stdin) || !isTerminal(r.Stderr) {
		return false, false, nil
	}
	if _, err := fmt.Fprint(r.Stderr, question+"\nType yes to go on: "); err != nil {
		return false, true, err
	}
	answer, err := patiently(r.ctx, func() (string, error) {
		line, err := bufio.NewReader(r.Stdin).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return line, err
	})
	return answer == "yes\n" || answer == "yes\r\n", true, err
}

// isTerminal reports whether a stream leads to a person.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd()))
}

// cause is what went wrong without the operation and the path, which the sentence around it names.
func cause(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
