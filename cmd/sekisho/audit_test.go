package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"sekisho/journal"
)

// TestCommandsAreAudited: what commands change is in the audit log, while another
// process writes it too, without IDs, passwords or tokens.
func TestCommandsAreAudited(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.db")
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := j.Record(t.Context(), journal.Event{Host: "a.example"}); err != nil {
		t.Fatal(err)
	}
	const secret = "canary-Pass1"
	run := func(args ...string) {
		t.Helper()
		var talk bytes.Buffer
		e := &env{in: strings.NewReader(secret + "\n"), out: &talk, errw: &talk, dataPath: dir}
		root := &cobra.Command{Use: "sekisho", SilenceErrors: true, SilenceUsage: true}
		root.AddCommand(group("user", "", userAddCommand(e), userResetCommand(e), userRemoveCommand(e)), tokenCommand(e), group("account", "", accountAddCommand(e), accountRemoveCommand(e)), group("ca", "", caRotateCommand(e)))
		root.SetArgs(args)
		if err := root.ExecuteContext(context.WithoutCancel(t.Context())); err != nil || strings.Contains(talk.String(), "audit log") {
			t.Fatalf("%v: %v\n%s", args, err, talk.String())
		}
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent") // no keyring of the person who tests
	run("user", "add", "mika", "--role", "owner", "--password-stdin")
	run("user", "add", "mika", "--role", "viewer", "--password-stdin")
	run("user", "reset", "mika") // which ends what is open, although there is nothing to forget
	run("user", "remove", "mika")
	run("token", "add", "bot", "--role", "viewer")
	run("token", "remove", "bot")
	run("account", "add", "canary@shop.example", "--label", "shop", "--password-stdin")
	run("account", "add", "canary@shop.example", "--label", "shop", "--password-stdin")
	run("account", "remove", "canary@shop.example")
	run("account", "add", "canary@shop.example", "--password-stdin")
	run("account", "remove", "Canary@Shop.example")
	run("ca", "rotate")

	r, err := journal.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	list, _, err := r.AuditLog(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := len(list) - 1; i >= 0; i-- {
		got = append(got, strings.TrimSpace(list[i].What+" "+list[i].Detail))
		if !strings.HasPrefix(list[i].Who, "command line") {
			t.Errorf("by %q", list[i].Who)
		}
	}
	want := []string{
		"user.add mika owner", "user.change mika viewer", "user.reset mika", "user.remove mika", "token.add bot viewer", "token.remove bot",
		"account.add shop", "account.change shop", "account.remove shop", "account.add", "account.remove", "ca.rotate",
	}
	if last := len(got) - 1; last >= 0 && strings.Count(got[last], ":") == 31 {
		got[last], _, _ = strings.Cut(got[last], " ") // without the fingerprint
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("the audit log has %q; want %q", got, want)
	}
}
