package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"
)

// hidden asks for a line at the terminal that is not shown as it is typed. The
// caller clears it. An interrupt ends the process at once, with the terminal as it
// was before.
func (e *env) hidden(ctx context.Context, prompt string) ([]byte, error) {
	f, ok := e.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil, misuse(errors.New("stdin is not a terminal, so the password cannot be asked for"),
			"pass it in with --password-stdin")
	}
	before, err := term.GetState(int(f.Fd()))
	if err != nil {
		return nil, fmt.Errorf("prepare the terminal: %w", err)
	}
	stop := context.AfterFunc(ctx, func() {
		_ = term.Restore(int(f.Fd()), before)
		e.say("")
		os.Exit(codeInterrupted)
	})
	defer stop()
	_, _ = fmt.Fprint(e.errw, prompt)
	line, err := term.ReadPassword(int(f.Fd()))
	e.say("")
	if err != nil {
		return line, fmt.Errorf("read the password: %w", err)
	}
	return line, nil
}
