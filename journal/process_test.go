package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// spawn starts this binary as another process that plays a part on path. It is
// killed with the test, if it still runs.
func spawn(t *testing.T, part, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVar+"="+part, childPathVar+"="+path)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // ends when this process does
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, bufio.NewScanner(stdout)
}

func childHold(path string) error {
	j, err := Open(path, Options{})
	if err != nil {
		return err
	}
	if _, err := j.Record(context.Background(), numbered(0)); err != nil {
		return err
	}
	fmt.Println("holding")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, j.Close())
}

// childRecord records from several callers until it is killed, and prints each
// id after Record returned it.
func childRecord(path string) error {
	j, err := Open(path, Options{MaxSize: 64 << 20})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	for c := range 8 {
		go func() {
			for i := 0; ; i++ {
				e, err := j.Record(context.Background(), visiting(c*1000+i%1000, i/3))
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println("acked", e.ID)
				mu.Unlock()
			}
		}()
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// TestKill kills a recording process again and again: whatever it acknowledged
// is there afterwards, and a reader in this process sees it all along.
func TestKill(t *testing.T) {
	t.Parallel()
	rounds := 15
	if testing.Short() {
		rounds = 5
	}
	path := place(t)
	var acked []int64
	for round := range rounds {
		cmd, out := spawn(t, "record", path)
		for range 20 + 37*round%300 {
			if !out.Scan() {
				t.Fatal("the recording process ended by itself")
			}
			acked = append(acked, ack(t, out.Text()))
		}
		if round%5 == 0 { // reading while it writes
			check(t, path, acked)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for out.Scan() { // what was on its way in the pipe was acknowledged as well
			if strings.HasPrefix(out.Text(), "acked ") && len(out.Text()) > 6 {
				acked = append(acked, ack(t, out.Text()))
			}
		}
		_ = cmd.Wait() // killed
		check(t, path, acked)
	}
	j := open(t, path, Options{})
	if name := j.MovedAside(); name != "" {
		t.Errorf("the journal was moved aside to %s", name)
	}
	slices.Sort(acked)
	if e := record(t, j, full); e.ID <= acked[len(acked)-1] {
		t.Errorf("id %d after %d was acknowledged", e.ID, acked[len(acked)-1])
	}
	if reports := own(stored(t, path)); len(reports) > 0 {
		t.Errorf("losses are reported: %+v", reports)
	}
	consistent(t, path)
	t.Logf("%d events acknowledged over %d kills, all present", len(acked), rounds)
}

func ack(t *testing.T, line string) int64 {
	t.Helper()
	id, err := strconv.ParseInt(strings.TrimPrefix(line, "acked "), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func check(t *testing.T, path string, acked []int64) {
	t.Helper()
	have := map[int64]bool{}
	for _, id := range ids(stored(t, path)) {
		have[id] = true
	}
	seen := map[int64]bool{}
	for _, id := range acked {
		if !have[id] {
			t.Fatalf("event %d was acknowledged and is not stored", id)
		}
		if seen[id] {
			t.Fatalf("id %d was acknowledged twice", id)
		}
		seen[id] = true
	}
}

func TestLocked(t *testing.T) {
	t.Parallel()
	path := place(t)
	cmd, out := spawn(t, "hold", path)
	if !out.Scan() {
		t.Fatal("the other process did not start")
	}
	_, err := Open(path, Options{})
	if !errors.Is(err, ErrLocked) {
		t.Fatalf("Open = %v; want ErrLocked", err)
	}
	for _, want := range []string{path, strconv.Itoa(cmd.Process.Pid)} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Open = %q; want it to name %s", err, want)
		}
	}
	if n := len(stored(t, path)); n != 1 {
		t.Errorf("%d events while another process writes; want 1", n)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	j := open(t, path, Options{})
	if e := record(t, j, full); e.ID != 2 {
		t.Errorf("id = %d; want 2", e.ID)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("Open in the same process = %v; want ErrLocked", err)
	}
}
