package main

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo terminal: what a person sits at, and what the program
// reads from.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// onPrompt is where the prompt is written to. It types once it was asked.
type onPrompt struct {
	bytes.Buffer
	person *os.File
	keys   string
}

func (p *onPrompt) Write(b []byte) (int, error) {
	if p.keys != "" && bytes.HasSuffix(b, []byte(": ")) {
		_, _ = p.person.WriteString(p.keys)
		p.keys = ""
	}
	return p.Buffer.Write(b)
}

func TestPromptAtTerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, keys, want string
		code             int
	}{
		{"typed", "hunter\r", "hunter", 0},
		{"end of input", "\x04", "", codeFailed},
		{"interrupt", "hunter\x03", "hunter", codeInterrupted},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			person, program := terminal(t)
			before, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			out := &onPrompt{person: person, keys: c.keys}
			e := &env{in: program, errw: out, started: true}
			line, err := e.hidden(t.Context(), "Amazon password: ")
			f := &failure{}
			switch {
			case string(line) != c.want:
				t.Errorf("got %q; want %q", line, c.want)
			case c.code == 0 && err != nil, c.code != 0 && (!errors.As(err, &f) || f.code != c.code || f.err == nil):
				t.Errorf("got error %#v; want code %d", err, c.code)
			}
			after, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			if *after != *before || after.Lflag&unix.ECHO == 0 {
				t.Errorf("the terminal is %+v afterwards; want %+v, which shows what is typed", after, before)
			}
			if bytes.Contains(out.Bytes(), []byte("hunter")) {
				t.Errorf("what was typed is in %q", out.Bytes())
			}
		})
	}
}
