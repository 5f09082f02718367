package dossier

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"net/url"
	"testing"
)

// TestNoGuessesInDailyUse: what apps and shops send of an hour with the ID and one value,
// another each time, makes none of them a site that guesses.
func TestNoGuessesInDailyUse(t *testing.T) {
	t.Parallel()
	const form, json = "application/x-www-form-urlencoded", "application/json"
	words := []string{"kuma", "inu", "neko", "tanuki", "kitsune", "usagi", "tora", "saru", "washi", "tsuru", "kame", "ebi"}
	one := func(key, value string) string { return fmt.Sprintf(`{"user":%q,%q:%q}`, protectedMail, key, value) }
	id := url.QueryEscape(protectedMail)
	for name, test := range map[string]struct {
		media string
		body  func(i int) string
		times int // 0 is forty
	}{
		"feature flags": {json, func(i int) string { return one("flag", fmt.Sprintf("new-%s-v%d", words[i%12], i)) }, 0},
		"flags and more": {json, func(i int) string {
			return fmt.Sprintf(`{"user":%q,"flag":"new-%s-v%d","app":"shop","v":2,"lang":"ja","tz":9}`, protectedMail, words[i%12], i)
		}, 0},
		"features with points": {json, func(i int) string { return one("feature", fmt.Sprintf("feature.%s%d.v2", words[i%12], i)) }, 0},
		"postal codes":         {form, func(i int) string { return fmt.Sprintf("email=%s&zip=1%02d-00%02d", id, i, i) }, 2 * rationMany},
		"tabs":                 {json, func(i int) string { return one("tab", fmt.Sprintf("tab-%s-%d", words[i%12], i)) }, 0},
		"theme colours":        {json, func(i int) string { return one("theme", fmt.Sprintf("#%06x", i*99999)) }, 2 * rationMany},
		"theme colours, words": {json, func(i int) string { return one("theme", fmt.Sprintf("#ffcc%02d", i)) }, 0},
		"people":               {json, func(i int) string { return fmt.Sprintf(`{"from":%q,"to":"%s.t%d"}`, protectedMail, words[i%12], i) }, 0},
		"handles": {json, func(i int) string {
			return fmt.Sprintf(`{"inviter":%q,"handle":"@%s_%d"}`, protectedMail, words[i%12], i)
		}, 0},
		"status":   {json, func(i int) string { return one("status", fmt.Sprintf("busy-till-%d", i)) }, 0},
		"plans":    {json, func(i int) string { return one("plan", fmt.Sprintf("PLAN-%d", i)) }, 0},
		"searches": {form, func(i int) string { return fmt.Sprintf("user=%s&keyword=shirts-%d", id, i) }, 0},
		"prices of an office": {json, func(i int) string {
			return fmt.Sprintf(`{"user":%q,"sku":"HN-1%03d-WH","price":%d}`, protectedMail, i, 1980+i)
		}, 2 * rationMany},
		"bar codes": {json, func(i int) string { return fmt.Sprintf(`{"by":%q,"barcode":"X0044%05dAB"}`, protectedMail, i) }, 2 * rationMany},
		"coupons": {json, func(i int) string {
			return fmt.Sprintf(`{"shop":%q,"name":"Winter-Sale%d!","rate":10}`, protectedMail, i)
		}, 2 * rationMany},
		"an audit": {json, func(i int) string {
			return fmt.Sprintf(`{"actor":%q,"action":"price.update","before":"%d","after":"%d","target":"HN-1%03d-WH"}`, protectedMail, 1980+i, 2080+i, i)
		}, 2 * rationMany},
		"cities": {form, func(i int) string { return fmt.Sprintf("email=%s&city=%s-%d", id, words[i%12], i) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, seed := office{t, open(t)}, maphash.MakeSeed()
			for i := range cmp.Or(test.times, 2*triedMany) {
				o.sends(seed, "quiet-river.example", "/api", test.media, test.body(i))
				if got := verdict(o.navigate("quiet-river.example")); got != "pass" {
					t.Fatalf("judged %q after %d; want pass", got, i+1)
				}
			}
		})
	}
}
