package guard_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// markdownV2 writes text as Telegram's Bot API wants it, "MarkdownV2 style".
func markdownV2(text string) string {
	var b strings.Builder
	for _, c := range text {
		if strings.ContainsRune("_*[]()~`>#+-=|{}.!", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

var (
	numbered = strings.NewReplacer("@", "&#64;", ".", "&#46;", "!", "&#x21;", "-", "&#45;").Replace
	named    = strings.NewReplacer("@", "&commat;", ".", "&period;", "!", "&excl;").Replace
)

// TestCR16Markup sends an ID and a password as the markup of messengers writes them.
func TestCR16Markup(t *testing.T) {
	t.Parallel()
	plain := func(s string) string { return s }
	for _, c := range []struct {
		name, text string
		id, pw     func(string) string
	}{
		{"MarkdownV2", "*Login*: %id\n*Pass*: %pw", markdownV2, markdownV2},
		{"MarkdownV2, plain password", "*Login*: %id\n*Pass*: %pw", markdownV2, plain},
		{"MarkdownV2, plain ID", "*Login*: %id\n*Pass*: %pw", plain, markdownV2},
		{"numbers", "JP <b>Login</b>: <code>%id</code>\n<b>Pass</b>: <code>%pw</code>", numbered, numbered},
		{"names", "JP <b>Login</b>: <code>%id</code>\n<b>Pass</b>: <code>%pw</code>", named, named},
		{"names, no tags", "Login: %id Pass: %pw", named, named},
	} {
		text := strings.NewReplacer("%id", c.id(typedID), "%pw", c.pw(typedPass)).Replace(c.text)
		for shape, q := range inMessages(t, text) {
			if f := q.inspect(t, guard.Hints{Known: known, Thorough: true}); !has(f, typedPass) || !slices.Contains(texts(f.IDs), typedID) {
				t.Errorf("%s, %s: IDs %q, %q; want the ID and the password", c.name, shape, texts(f.IDs), texts(f.Passwords))
			}
		}
	}
}

// TestCR16MarkupValue sends the password alone so, beside the ID and after it.
func TestCR16MarkupValue(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(string) string{"MarkdownV2": markdownV2, "numbers": numbered, "names": named} {
		quoted, err := json.Marshal(map[string]any{"e": typedID, "k": write(typedPass)})
		if err != nil {
			t.Fatal(err)
		}
		f := request{headers: "application/json", body: string(quoted)}.inspect(t, guard.Hints{Known: known})
		if !has(f, typedPass) || !f.Pair {
			t.Errorf("%s, beside: %q, a pair: %v; want the password, in a pair", name, texts(f.Passwords), f.Pair)
		}
		for shape, q := range inMessages(t, "Pass: "+write(typedPass)) {
			if f := q.inspect(t, guard.Hints{Known: known, Follows: true, Thorough: true}); !has(f, typedPass) {
				t.Errorf("%s, after, %s: %q; want the password", name, shape, texts(f.Passwords))
			}
		}
	}
}

// inMessages are the requests that send a text as one field or as the body.
func inMessages(t *testing.T, text string) map[string]request {
	t.Helper()
	quoted, err := json.Marshal(map[string]any{"chat_id": "-1001", "text": text})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]request{
		"JSON":  {headers: "application/json", body: string(quoted)},
		"form":  {headers: form, body: "chat_id=-1001&text=" + percentAll(text)},
		"query": {method: "GET", target: "/send?chat_id=1&text=" + percentAll(text)},
		"body":  {headers: "text/plain", body: text},
	}
}

// TestMarkupIsNoSignIn: what people and their tools write in markup is no sign-in, also
// not for who gave the site an ID.
func TestMarkupIsNoSignIn(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"MarkdownV2":         markdownV2("Stock is low: 3 left (No. 12-A). Order more!"),
		"path of Windows":    `C:\Users\taro\_drafts\.cache\[2026]\price-list.xlsx`,
		"expression":         `^\d{3}\-\d{4}$|^[\w\.\+]+\@[\w\.]+$`,
		"HTML of an editor":  "<p>Tom &amp; Anna&nbsp;&copy; 2026 &lt;info&gt; it&#39;s fine</p>",
		"letter on an entry": "会員ID: hanako&#64;example.jp のパスワードを忘れました&period;",
		"address with pairs": "https://shop.example/?a=1&amp;b=2;c&copy;=3",
	} {
		for shape, q := range inMessages(t, text) {
			for with, x := range map[string]guard.Hints{"": {}, ", accounts": {Known: known, Thorough: true}, ", after an ID": {Known: known, Thorough: true, Follows: true}} {
				if f := q.inspect(t, x); f.Act != guard.Nothing || f.Hidden || f.More {
					t.Errorf("%s, %s%s: act %v, hidden %v, more %v; want none of them", name, shape, with, f.Act, f.Hidden, f.More)
				}
			}
		}
	}
}
