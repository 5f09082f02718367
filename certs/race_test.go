package certs_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sekisho/certs"
	"sekisho/internal/labnet"
)

// openerEnv makes the test binary one of several processes that open a folder.
const openerEnv = "SEKISHO_TEST_OPEN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(openerEnv); dir != "" {
		os.Exit(opener(dir))
	}
	labnet.ByID()
	os.Exit(m.Run())
}

// opener says that it is ready, waits for the end of stdin, opens dir and tells
// what it got.
func opener(dir string) int {
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	a, created, err := certs.Open(dir, certs.Options{Excluded: excluded})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(created, certs.Fingerprint(a.Root()), certs.Fingerprint(a.Issuer()))
	return 0
}

func TestCA12ProcessesRace(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const processes = 6
	dir := filepath.Join(t.TempDir(), "data", "ca")
	gate, open, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, processes)
	var wg sync.WaitGroup
	for range processes {
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), openerEnv+"="+dir)
		cmd.Stdin = gate
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(out)
		if s, err := r.ReadString('\n'); s != "ready\n" {
			t.Fatalf("process said %q, %v", s, err)
		}
		wg.Go(func() {
			s, _ := io.ReadAll(r)
			_ = cmd.Wait()
			lines <- strings.TrimSpace(string(s))
		})
	}
	_, _ = gate.Close(), open.Close()
	wg.Wait()
	close(lines)
	makers, seen := 0, map[string]bool{}
	for line := range lines {
		created, prints, _ := strings.Cut(line, " ")
		if created == "true" {
			makers++
		}
		seen[prints] = true
	}
	if makers != 1 || len(seen) != 1 {
		t.Errorf("%d processes made an authority, %d were seen: %v; want 1 and 1", makers, len(seen), seen)
	}
}

// TestRotateWhileOpening rotates while others open: each sees a whole authority.
func TestRotateWhileOpening(t *testing.T) {
	t.Parallel()
	_, dir := fresh(t)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a, created, err := certs.Open(dir, certs.Options{Excluded: excluded})
				if err != nil || created {
					t.Errorf("Open = created %v, %v", created, err)
					return
				}
				if _, err := a.Leaf(name(t, "shop.example")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			for range 5 {
				if _, err := certs.Rotate(dir, certs.Options{Excluded: excluded}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { // stop the openers once ten authorities have been retired
		defer close(stop)
		for n := 0; n < 10 && !t.Failed(); {
			got, err := certs.Read(dir)
			if err != nil {
				t.Error(err)
				return
			}
			n = len(got.Retired)
		}
	}()
	<-stop
	wg.Wait()
	if got := open(t, dir, certs.Options{Excluded: excluded}).Retired(); len(got) != 10 {
		t.Errorf("%d retired after ten rotations", len(got))
	}
}
