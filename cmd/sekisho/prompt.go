package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/term"
)

// hidden asks for a line at the terminal that is not shown as it is typed. The
// caller clears it. However it ends, the terminal is as it was before.
func (e *env) hidden(ctx context.Context, prompt string) ([]byte, error) {
	f, ok := e.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, misuse(errors.New("stdin is not a terminal, so the password cannot be asked for"),
			"pass it in with --password-stdin")
	}
	// Not [term.ReadPassword]: at the end of input (Ctrl-D) it reads on for ever.
	before, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return nil, fmt.Errorf("prepare the terminal: %w", err)
	}
	restore := func() { _ = term.Restore(int(f.Fd()), before) }
	stop := context.AfterFunc(ctx, func() { // a signal that another process sent
		restore()
		e.say("")
		os.Exit(codeInterrupted)
	})
	defer stop()
	_, _ = fmt.Fprint(e.errw, e.told(prompt))
	line, err := typedLine(f)
	restore()
	e.say("")
	switch {
	case errors.Is(err, errInterrupted):
		return line, &failure{code: codeInterrupted, err: err, hint: "nothing was stored"}
	case errors.Is(err, io.EOF):
		return line, failed(errors.New("no password was typed"), "nothing was stored; a script passes it in with --password-stdin")
	case err != nil:
		return line, fmt.Errorf("read the password: %w", err)
	}
	return line, nil
}

var errInterrupted = errors.New("interrupted")

// What terminals send for keys that edit a line.
const (
	keyInterrupt = 'C' - '@'
	keyEnd       = 'D' - '@'
	keyBackspace = '\b'
	keyEraseLine = 'U' - '@'
	keyDelete    = 0x7f
)

// typedLine reads a line from a terminal that leaves editing to its reader. It
// returns [io.EOF] for an end of input before anything was typed, and
// errInterrupted. The line is never grown: a copy would be left behind.
func typedLine(in io.Reader) ([]byte, error) {
	line := make([]byte, 0, maxPasswordLine)
	for {
		var b [1]byte
		n, err := in.Read(b[:])
		if n == 0 {
			if err != nil {
				return line, err
			}
			continue
		}
		switch b[0] {
		case '\r', '\n':
			return line, nil
		case keyInterrupt:
			return line, errInterrupted
		case keyEnd:
			if len(line) == 0 {
				return line, io.EOF
			}
		case keyBackspace, keyDelete:
			_, size := utf8.DecodeLastRune(line)
			line = line[:len(line)-size]
		case keyEraseLine:
			line = line[:0]
		default:
			if len(line) == cap(line) {
				return line, misuse(fmt.Errorf("the line is longer than %d bytes", maxPasswordLine), "")
			}
			line = append(line, b[0])
		}
	}
}
