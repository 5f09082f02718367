package dossier

import (
	"fmt"
	"hash/maphash"
	"net/url"
	"strings"
	"testing"
)

// TestNoGuessesAfterAnID sends what shops, chats and trackers send one by one after a
// newsletter took the ID.
func TestNoGuessesAfterAnID(t *testing.T) {
	t.Parallel()
	const host, json = "quiet-river.example", "application/json"
	for name, body := range map[string]string{
		"pages":           `{"e":"view","h":"#/Orders/%d1a"}`,
		"pages by query":  `{"u":"?page=%d&Sort=Name"}`,
		"chat":            `{"t":"OK#%d-yes"}`,
		"message":         `{"chat_id":"12","text":"Order#%d arrived!"}`,
		"letter":          `{"text":"Password: I forgot it %d times!"}`,
		"colours":         `{"c":"#A1B2%d"}`,
		"elements":        `{"el":"button#buy-%d.Btn_root"}`,
		"articles":        `{"k":"LM-%d-Bk"}`,
		"coupons":         `{"code":"Save%d!Now"}`,
		"search":          `{"q":"C#%d-Net"}`,
		"tokens":          `{"x":"xK9!Q2mZ%dRt"}`,
		"several at once": `{"a":"Blue!%dx","b":"Red!%dx","c":"Green!%dx"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			o.sends(seed, host, "/p", "application/x-www-form-urlencoded", "email="+url.QueryEscape(protectedMail))
			for i := range guessMany + 2 {
				o.sends(seed, host, "/p", json, strings.ReplaceAll(body, "%d", fmt.Sprint(10+i)))
			}
			if got := verdict(o.navigate(host)); got != "pass" {
				t.Errorf("judged %q; want pass", got)
			}
		})
	}
}
