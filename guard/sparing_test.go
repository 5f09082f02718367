package guard_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// TestSparing: after an ID, where people sign in, a password is compared in whatever small
// request it comes, and with the looks of one in a larger; what applications send all
// day is not.
func TestSparing(t *testing.T) {
	t.Parallel()
	const json, longer = "application/json", `{"a":1,"b":"x","c":"ja","d":"y","e":2,"v":"%s"}`
	coded := base64.StdEncoding.EncodeToString([]byte("S3kisho!Passw0rd"))
	for _, c := range []struct {
		q     request // %s in target and body is the value
		value string
		want  bool
	}{
		{request{headers: form, body: "v=%s"}, "S3kisho!Passw0rd", true},
		{request{headers: form, body: "key1=%s&csrf=a1b2c3d4e5f6&step=2"}, "S3kisho!Passw0rd", true},
		{request{headers: form, body: "d=" + coded}, "S3kisho!Passw0rd", true},
		{request{headers: json, body: `["%s"]`}, "kaminari7Kabuto", true},
		{request{headers: json, body: `{"v":"%s"}`}, "himitsunokagi", true},
		{request{headers: json, body: `{"v":"%s","n":2}`}, "tanuki2026", true},
		{request{headers: "text/plain", body: "%s"}, "S3kisho!Passw0rd", true},
		{request{headers: json, body: `{"content":"Password: %s"}`}, "himitsunokagi", true},
		{request{headers: json, body: longer}, "S3kisho!Passw0rd", true},
		{request{headers: json, body: longer}, "kaminari7Kabuto", true},
		{request{method: "GET", target: "/k?v=%s"}, "kaminari7Kabuto", true},

		{request{headers: json, body: longer}, "himitsunokagi", false},
		{request{headers: json, body: longer}, "0b7c5e4a-1111-4222-8333-000000000042", false},
		{request{method: "GET", target: "/k?v=%s"}, "himitsunokagi", false},
		{request{method: "GET", target: "/assets/%s"}, "kaminari7Kabuto", false},
		{request{method: "GET", target: "/", headers: "Cookie: s=%s"}, "kaminari7Kabuto", false},
		{request{headers: json, body: `{"memo":"お世話になっております。%s のように見えますが、次の便でお送りします。","to":5,"read":0,"self":1,"room":3}`}, "Kyoto-2026!", false},
	} {
		q, hints := c.q, guard.Hints{Known: known, Follows: true, Sparing: true}
		for _, s := range []*string{&q.target, &q.headers, &q.body} {
			*s = strings.ReplaceAll(*s, "%s", c.value)
		}
		f := q.inspect(t, hints)
		if got := slices.Contains(texts(f.Passwords), c.value); got != c.want || f.Pair {
			t.Errorf("%s %s: %q is compared: %v, a pair: %v; want %v, no pair", q.target, q.body, c.value, got, f.Pair, c.want)
		}
		if f.Followed != (len(f.Passwords) > 0) {
			t.Errorf("%s %s: a step: %v, with %d values", q.target, q.body, f.Followed, len(f.Passwords))
		}
	}
	var rows []string
	for i := range 200 {
		rows = append(rows, fmt.Sprintf(`{"t":"Kitsune!%dx"}`, 100+i))
	}
	q := request{headers: json, body: "[" + strings.Join(rows, ",") + "]"}
	if f := q.inspect(t, guard.Hints{Known: known, Follows: true, Sparing: true}); len(f.Passwords) > 4 || f.Hidden {
		t.Errorf("%d of the rows of a table are compared, asked about: %v; want four at most, and no question", len(f.Passwords), f.Hidden)
	}
}
