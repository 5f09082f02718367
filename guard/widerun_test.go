package guard_test

import (
	"slices"
	"testing"

	"sekisho/guard"
)

// TestLettersInFrames: a password in letters of its owner's script is found between the
// bytes of a frame, as one of ASCII is.
func TestLettersInFrames(t *testing.T) {
	t.Parallel()
	hints := guard.Hints{Known: known, Thorough: true}
	for _, password := range []string{typedPass, "たぬき花子2024", "あいことばの猫", "Größe!2024x", "пароль-2024"} {
		pair := `{"a":"` + typedID + `","b":"` + password + `"}`
		for name, frame := range map[string]string{
			"STOMP":            "SEND\ndestination:/q\n\n" + pair + "\x00",
			"STOMP, to open":   "CONNECT\naccept-version:1.2\nlogin:" + typedID + "\npasscode:" + password + "\n\n\x00",
			"MQTT":             "\x10\x4a\x00\x04MQTT\x04\xc2\x00\x3c\x00\x02c1\x00" + string(rune(len(typedID))) + typedID + "\x00" + string(rune(len(password))) + password,
			"NUL at the end":   pair + "\x00",
			"NUL in front":     "\x00" + pair,
			"form and NUL":     "email=" + typedID + "&password=" + password + "\x00",
			"NUL between":      typedID + "\x00" + password + "\x00",
			"SASL PLAIN":       "\x00" + typedID + "\x00" + password,
			"bytes that break": "\x01\xff\xfe\x00" + pair + "\xff\x00\x80",
		} {
			found := map[string]guard.Finding{
				"bytes":   request{headers: "application/octet-stream", body: frame}.inspect(t, hints),
				"message": guard.InspectMessage(guard.Head{Target: "/ws"}, []byte(frame), true, hints),
			}
			for how, f := range found {
				if !slices.Contains(texts(f.IDs), typedID) || !slices.Contains(texts(f.Passwords), password) {
					t.Errorf("%s of %s: IDs %q, passwords %q; want %q", name, how, texts(f.IDs), texts(f.Passwords), password)
				}
			}
		}
	}
}
