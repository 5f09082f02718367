package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"sekisho/accounts"
)

const accountAddHelp = `Protect an Amazon sign-in: a request that carries its password to any other site is
stopped before it leaves. ID is the e-mail address or telephone number that you
sign in with. The password is asked for twice without being shown, or read from
the first line of stdin.

What is stored cannot be turned back into the password. When you change the
password at Amazon, add the same ID again: the old one stays recognised for 30 days.
A running sekisho picks the change up by itself.`

func accountAddCommand(e *env) *cobra.Command {
	var a addition
	c := &cobra.Command{
		Use:     "add ID",
		Short:   "Protect a sign-in, or store its new password",
		Long:    accountAddHelp,
		Example: "  sekisho account add shop@example.com --label \"main shop\"",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || bool(a.onLine) {
				return misuse(errOnCommandLine, "give the ID alone; the password is asked for")
			}
			if len(args) == 0 {
				return misuse(errors.New("no ID is given"), "name the e-mail address or telephone number of the sign-in")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			a.id = args[0]
			return e.addAccount(c.Context(), a)
		},
	}
	c.Flags().StringVar(&a.label, "label", "", "call the account `LABEL` in events and on pages instead of by its ID")
	c.Flags().BoolVar(&a.stdin, "password-stdin", false, "read the password from the first line of stdin")
	c.Flags().BoolVar(&a.keyFile, "key-file", false, "keep the key in a file, not in the system's keyring, which a service may be unable to read")
	a.onLine.hide(c)
	return c
}

// addition is what the command line says.
type addition struct {
	id, label      string
	stdin, keyFile bool
	onLine         refused
}

func (e *env) addAccount(ctx context.Context, a addition) error {
	store, err := e.accounts(accounts.Options{KeyInFile: a.keyFile})
	if err != nil {
		return err
	}
	_, known := store.Knows([]byte(a.id))
	password, err := e.password(ctx, "Amazon password: ", a.stdin)
	defer clear(password)
	if err != nil {
		return err
	}
	if err := store.Add(a.id, a.label, password); err != nil {
		if errors.Is(err, accounts.ErrInput) {
			return misuse(err, "see: sekisho account add --help")
		}
		return err
	}
	time.Sleep(accounts.TakenUp) // what is said next holds for a running sekisho too
	label, _ := store.Knows([]byte(a.id))
	if known {
		e.audit("account.change", labelAlone(store, label))
		e.say("Stored the new password of %q. The one before it is recognised for another %d days.", label, int(accounts.Grace.Hours()/24))
	} else {
		e.audit("account.add", labelAlone(store, label))
		e.say("The sign-in %q is protected now.", label)
	}
	e.say("Kept: a salted argon2id verifier of 40 bits, from which the password cannot be had. Its key is in %s.", store.KeyPlace())
	e.say("A running sekisho picks this up by itself.")
	return nil
}
