package guard_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// steps are the messages in which kits without a server report the second step.
var steps = map[string]string{
	"label, address":    "Password: %pw\nIP: 192.0.2.1",
	"title, label":      "Amazon JP\nPassword: %pw",
	"numbered":          "[+] Amazon JP\n[+] Pass 2 : %pw\n[+] IP : 192.0.2.1\n[+] UA : Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
	"tags":              "🔑 <b>Password:</b> <code>%pw</code>\n🌐 IP: 192.0.2.1",
	"spoiler":           "🔑 Password: ||%pw||",
	"no colon":          "**PW** `%pw`",
	"arrow":             "Pass -> %pw",
	"corner brackets":   "パスワード「%pw」",
	"wide blank":        "パスワード　%pw",
	"label in brackets": "[PASS] %pw",
	"no label":          "🔑 %pw",
	"bar":               "PW|%pw",
	"step":              "step2:%pw",
	"CSV":               "1,%pw,JP",
	"time":              "2026-11-26 04:40:12 %pw",
	"heading":           "pwd\n%pw",
	"socket":            "pass> %pw",
	"long":              "🔔 New victim from Japan, second page of the sign-in form, everything was typed by hand\nPassword: %pw\nCountry: Japan, Tokyo\nBrowser: Chrome 131, Windows 11, window 1920x1080",
}

// TestCR15StepText sends the password in a text after the ID, in every carrier, and
// passwords that only their label tells from a word.
func TestCR15StepText(t *testing.T) {
	t.Parallel()
	after := guard.Hints{Known: known, Follows: true, Thorough: true}
	for name, step := range steps {
		for _, password := range []string{typedPass, "kakinashifuro", "483920117364", "kaki to nashi"} {
			if password != typedPass && !strings.Contains(strings.ToLower(step), "pass") && !strings.Contains(step, "パス") {
				continue
			}
			text := strings.ReplaceAll(step, "%pw", password)
			quoted, err := json.Marshal(map[string]any{"chat_id": "-1001", "text": text})
			if err != nil {
				t.Fatal(err)
			}
			for shape, q := range map[string]request{
				"JSON":  {headers: "application/json", body: string(quoted)},
				"form":  {headers: form, body: "chat_id=-1001&text=" + percentAll(text)},
				"query": {method: "GET", target: "/send?chat_id=1&text=" + percentAll(text)},
				"body":  {headers: "text/plain", body: text},
			} {
				if f := q.inspect(t, after); !slices.Contains(texts(f.Passwords), password) {
					t.Errorf("%s, %s: %q; want %q among them", name, shape, texts(f.Passwords), password)
				}
			}
			f := guard.InspectMessage(request{target: "/ws"}.head(t), []byte(text), false, after)
			if !slices.Contains(texts(f.Passwords), password) {
				t.Errorf("%s, message: %q; want %q among them", name, texts(f.Passwords), password)
			}
		}
	}
}

// TestCR16TextBeside sends the password in a text, and the ID in another field.
func TestCR16TextBeside(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Password: %pw\nIP: 192.0.2.1", "🔑 <b>Password:</b> <code>%pw</code>\n🌐 IP: 192.0.2.1", "パスワード「%pw」", "Pass -> %pw"} {
		for _, password := range []string{typedPass, "kakinashifuro"} {
			body := "m=" + percentAll(strings.ReplaceAll(text, "%pw", password))
			for _, body := range []string{"e=" + typedID + "&" + body, body + "&e=" + typedID} {
				f := request{headers: form, body: body}.inspect(t, guard.Hints{Known: known})
				if !slices.Contains(texts(f.Passwords), password) {
					t.Errorf("%q: %q; want %q among them", text, texts(f.Passwords), password)
				}
			}
		}
	}
}

// TestStepTextIsNoList: a long text after the ID is neither dozens of candidates nor
// more of them than are compared.
func TestStepTextIsNoList(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "Build-%d!x of Api%dV#2 went well; ", i, i)
	}
	f := request{headers: form, body: "m=" + percentAll(text.String())}.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true})
	if f.Hidden || f.More || len(f.Passwords) > 20 {
		t.Errorf("hidden %v, more %v, %d candidates; want no, no, 20 at the most", f.Hidden, f.More, len(f.Passwords))
	}
}

// TestLetterIsNoSignIn: a person's text that mentions an ID and a password is not asked about.
func TestLetterIsNoSignIn(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"ログインID：" + typedID + "\nパスワード：忘れました\n再発行をお願いします。",
		"ID: other@example.jp\nパスワード: 不明",
		"会員ID: 12345678 パスワード: 分かりません",
		"Username: bob@example.com\nPassword: I forgot it, please reset",
		"Wi-Fi SSID: Office-AP パスワード: Guest2026! です。連絡先 a@example.jp",
		"会議URL https://zoom.example/j/123?pwd=AbC123 ミーティングID: 123 456 7890 パスコード: 5Qz9xY",
		"Zoom\nMeeting ID: 812 3456 7890\nPasscode: 123456\n\n" + typedID,
		"zipのパスワードは Zip#2026 です。 " + typedID,
	} {
		for _, name := range []string{"body", "message", "inquiry", "content", "text", "honbun", "f4"} {
			quoted, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			html := "<p>" + strings.ReplaceAll(text, "\n", "</p><p>") + "</p>"
			for shape, q := range map[string]request{
				"form":      {headers: form, target: "/contact", body: "name=Taro&email=yamada%40example.jp&tel=0312345678&" + name + "=" + percentAll(text)},
				"multipart": {headers: multipart, target: "/contact", body: multi(field(`form-data; name="email"`, "", "yamada@example.jp"), field(`form-data; name="`+name+`"`, "", text))},
				"webmail":   {headers: "application/json", target: "/send", body: `{"to":["a@example.jp"],"from":"me@example.jp","subject":"件名","` + name + `":` + string(quoted) + `}`},
				"chat":      {headers: "application/json", target: "/msg", body: `{"channel":"C123","` + name + `":` + string(quoted) + `}`},
				"document":  {method: "PUT", headers: form, target: "/doc/1", body: "title=memo&" + name + "=" + percentAll(html)},
			} {
				for with, x := range map[string]guard.Hints{"": {}, ", accounts": {Known: known}, ", thorough": {Known: known, Thorough: true}, ", after an ID": {Known: known, Thorough: true, Follows: true}} {
					if f := q.inspect(t, x); f.Act != guard.Nothing && f.Act != guard.Identify || f.Hidden || f.More {
						t.Errorf("%q in %s, %s%s: act %v, hidden %v, more %v; want no sign-in", text, name, shape, with, f.Act, f.Hidden, f.More)
					}
				}
			}
		}
	}
}

// TestLetterOfOurs: with the ID of a protected account the labelled values are candidates,
// and count as typed ones.
func TestLetterOfOurs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{typedID, "090-1234-5678"} {
		f := request{headers: form, body: "m=" + percentAll("ログインID: "+id+"\nPassword: "+typedPass)}.inspect(t, guard.Hints{Known: func(b []byte) bool { return string(b) == id }})
		if !slices.Contains(texts(f.Passwords), typedPass) || f.Typed == 0 || f.Act != guard.Identify {
			t.Errorf("%s: act %v, typed %d, %q; want identify, one and %q", id, f.Act, f.Typed, texts(f.Passwords), typedPass)
		}
	}
}

// TestTextIsNoTry: behind a word for a password in a text beside an ID, what programs make
// and what is several words is no guess.
func TestTextIsNoTry(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Password: " + typedPass + "\nIP: 192.0.2.1":                        true,
		"Password: 550e8400-e29b-41d4-a716-446655440000\nIP: 192.0.2.1":     false,
		"Password: kaki to nashi to momo wo kudasai\nOsaka no shop 2026-11": false,
	} {
		f := request{headers: form, body: "e=" + typedID + "&a=some&b=other+words&m=" + percentAll(text)}.inspect(t, guard.Hints{Known: known})
		if got := slices.Contains(f.Tries, guard.TryLone); got != want {
			t.Errorf("%q: a guess: %v; want %v (%q, %v)", text, got, want, texts(f.Passwords), f.Tries)
		}
	}
}
