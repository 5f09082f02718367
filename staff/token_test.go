package staff

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sekisho/private"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir() + "/console"
		s := opened(t, dir)
		short, err := s.AddToken("Nightly", Viewer, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		forever, err := s.AddToken("bot", Reviewer, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddToken("BOT", Owner, time.Time{}); !errors.Is(err, ErrTaken) {
			t.Errorf("a second one of the name: %v", err)
		}
		if _, err := s.AddToken("past", Viewer, time.Now()); !errors.Is(err, ErrInput) {
			t.Errorf("one that ended: %v", err)
		}
		if !strings.HasPrefix(short, "sekisho_") || len(short) != len(forever) || short == forever {
			t.Errorf("tokens of %d and %d characters", len(short), len(forever))
		}
		data, err := os.ReadFile(filepath.Join(dir, fileName))
		if err != nil || strings.Contains(string(data), short[len(tokenPrefix):]) {
			t.Errorf("the file has a token in it, or cannot be read: %v", err)
		}
		if tok, ok := s.Bearer(short); !ok || tok.Name != "nightly" || tok.Role != Viewer {
			t.Errorf("Bearer = %+v, %v", tok, ok)
		}
		for _, wrong := range []string{"", "sekisho_", short[1:], short + "x", strings.ToUpper(short), short[:len(short)-1] + "~", forever[:len(short)/2] + short[len(short)/2:]} {
			if _, ok := s.Bearer(wrong); ok {
				t.Error("a wrong token works")
			}
		}
		time.Sleep(time.Hour)
		if _, ok := s.Bearer(short); ok {
			t.Error("a token works after its end")
		}
		if tok, ok := s.Bearer(forever); !ok || tok.Role != Reviewer {
			t.Errorf("the other: %+v, %v", tok, ok)
		}
		if len(s.Tokens()) != 2 {
			t.Errorf("Tokens = %+v; want both", s.Tokens())
		}
		if err := s.RemoveToken("bot"); err != nil {
			t.Error(err)
		}
		if _, ok := s.Bearer(forever); ok {
			t.Error("a token works after its removal")
		}
	})
}

// Two stores on one folder are what two processes have.
func TestChangesOfAnotherProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir() + "/console"
		running, command := opened(t, dir), opened(t, dir)
		if !running.Empty() {
			t.Fatal("a new folder is not empty")
		}
		added(t, command, "mika", Owner, secret)
		time.Sleep(lookEvery)
		if _, err := running.SignIn(t.Context(), "mika", []byte(secret)); err != nil {
			t.Errorf("who was added: %v", err)
		}
		// What is damaged is not taken up, and said.
		good, err := os.ReadFile(filepath.Join(dir, fileName))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"{", strings.Replace(string(good), "owner", "emperor", 1)} {
			if err := private.Write(dir, fileName, []byte(bad)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(lookEvery)
			if _, ok := running.User("mika"); !ok || running.Problem() == nil {
				t.Errorf("with a damaged file: known %v, problem %v", ok, running.Problem())
			}
		}
		if _, err := command.AddUser("aki", Owner, []byte(secret)); err == nil {
			t.Error("a damaged file was overwritten")
		}
		if err := private.Write(dir, fileName, good); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lookEvery)
		if running.Problem() != nil {
			t.Errorf("mended: %v", running.Problem())
		}
		if err := command.RemoveUser("mika"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(lookEvery)
		if _, ok := running.User("mika"); ok {
			t.Error("who was removed may still sign in")
		}
	})
}

func TestFileIsForItsOwner(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has access lists where others have modes")
	}
	dir := t.TempDir() + "/console"
	added(t, opened(t, dir), "mika", Owner, secret)
	info, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	if err := os.Chmod(filepath.Join(dir, fileName), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, cheap); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
}
