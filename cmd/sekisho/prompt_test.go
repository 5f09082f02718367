package main

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestTypedLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, keys, want string
		err              error
	}{
		{"return", "hunter two\rmore", "hunter two", nil},
		{"line feed", "hunter two\nmore", "hunter two", nil},
		{"empty", "\r", "", nil},
		{"erased", "hunterx\x7f\r", "hunter", nil},
		{"erased more than there is", "a\b\b\bb\r", "b", nil},
		{"erased a letter of three bytes", "ひみつx\x7f\x7f\r", "ひみ", nil},
		{"line erased", "wrong\x15right\r", "right", nil},
		{"end at once", "\x04", "", io.EOF},
		{"end after an erased line", "ab\x15\x04", "", io.EOF},
		{"end in the middle", "hun\x04ter\r", "hunter", nil},
		{"hung up", "hun", "hun", io.EOF},
		{"interrupted", "hun\x03ter\r", "hun", errInterrupted},
	} {
		got, err := typedLine(strings.NewReader(c.keys))
		if string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: typedLine(%q) = %q, %v; want %q, %v", c.name, c.keys, got, err, c.want, c.err)
		}
	}
	if _, err := typedLine(strings.NewReader(strings.Repeat("x", maxPasswordLine+1))); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a line of %d bytes: got %v; want it refused", maxPasswordLine+1, err)
	}
}
