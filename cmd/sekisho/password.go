package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

var errOnCommandLine = errors.New("a password is not taken from the command line, where other programs and the shell's history can see it")

// refused is the flag that people try first. Set takes any value and drops it,
// because an error of Set would be printed together with the value.
type refused bool

func (*refused) String() string     { return "" }
func (*refused) Type() string       { return "" }
func (r *refused) Set(string) error { *r = true; return nil }

// hide takes --password without help saying so.
func (r *refused) hide(c *cobra.Command) {
	c.Flags().Var(r, "password", "")
	_ = c.Flags().MarkHidden("password") // fails for flags that are not there
}

// password reads a new password from the first line of stdin, or from the terminal,
// twice. The caller clears it.
func (e *env) password(ctx context.Context, prompt string, stdin bool) ([]byte, error) {
	if stdin {
		return firstLine(e.in)
	}
	first, err := e.hidden(ctx, prompt)
	if err != nil {
		return first, err
	}
	second, err := e.hidden(ctx, "The same again: ")
	defer clear(second)
	if err == nil && string(first) != string(second) {
		err = failed(errors.New("the two passwords differ"), "nothing was stored; try again")
	}
	return first, err
}

// maxPasswordLine is more than any password takes.
const maxPasswordLine = 4 << 10

// firstLine reads up to the first line feed, without that and a carriage return
// before it. It reads byte by byte, so what follows stays unread and uncopied.
func firstLine(in io.Reader) ([]byte, error) {
	line := make([]byte, 0, maxPasswordLine) // never grown: a copy would be left behind
	for {
		var b [1]byte
		n, err := in.Read(b[:])
		switch {
		case n == 1 && b[0] == '\n', n == 0 && errors.Is(err, io.EOF):
			if len(line) > 0 && line[len(line)-1] == '\r' {
				line = line[:len(line)-1]
			}
			return line, nil
		case n == 1 && len(line) == cap(line):
			return line, misuse(fmt.Errorf("the first line of stdin is longer than %d bytes", maxPasswordLine), "")
		case n == 1:
			line = append(line, b[0])
		case err != nil:
			return line, fmt.Errorf("read the password from stdin: %w", err)
		}
	}
}
