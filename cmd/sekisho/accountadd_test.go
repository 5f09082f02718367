package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/accounts"
)

// TestAddIsTakenUp: once the command says that a sign-in is protected, a sekisho that
// runs, and has just looked, holds it.
func TestAddIsTakenUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running, err := accounts.Open(filepath.Join(dir, "accounts"), accounts.Options{KeyInFile: true})
	if err != nil {
		t.Fatal(err)
	}
	said := &saying{of: "is protected now", then: func() bool {
		_, known := running.Knows([]byte("seller@shop.example"))
		return known
	}}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for { // as the traffic of an office does
			select {
			case <-stop:
				return
			default:
				running.Empty()
			}
		}
	}()
	e := &env{in: strings.NewReader("canary-Pass1\n"), out: io.Discard, errw: said, dataPath: dir}
	if err := e.addAccount(t.Context(), addition{id: "seller@shop.example", stdin: true, keyFile: true}); err != nil {
		t.Error(err)
	}
	close(stop)
	<-done
	if !said.said || !said.held {
		t.Errorf("said %v, known to who runs %v; want both", said.said, said.held)
	}
}

// saying looks at something the moment that a sentence is printed.
type saying struct {
	of         string
	then       func() bool
	said, held bool
}

func (s *saying) Write(p []byte) (int, error) {
	if strings.Contains(string(p), s.of) {
		s.said, s.held = true, s.then()
	}
	return len(p), nil
}
