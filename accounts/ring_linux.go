package accounts

import (
	"os"

	ss "github.com/zalando/go-keyring/secret_service"
)

// ringReady reports whether the Secret Service of this session is there with its
// collection unlocked. Without the address of a bus there is no session, and the
// client would start a bus of its own; a locked collection would put up a prompt.
func ringReady() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		return errRingClosed
	}
	service, err := ss.NewSecretService()
	if err != nil {
		return err
	}
	locked, err := service.GetLoginCollection().GetProperty("org.freedesktop.Secret.Collection.Locked")
	if err != nil {
		return err
	}
	if is, ok := locked.Value().(bool); !ok || is {
		return errRingClosed
	}
	return nil
}
