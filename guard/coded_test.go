package guard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sekisho/guard"
)

// codes are what apps send by the dozen with the marks of passwords.
var codes = map[string]func(i int) string{
	"colours":        func(i int) string { return fmt.Sprintf("#%02XA1b%d", 17*i%256, i%10) },
	"selectors":      func(i int) string { return fmt.Sprintf("button#buy-%d.Btn_root__aB%cdE", i, 'a'+i%26) },
	"siblings":       func(i int) string { return fmt.Sprintf("div.Card%c:nth-child(%d)", 'a'+i%26, i) },
	"classes":        func(i int) string { return fmt.Sprintf("a.Link_nav-%d#Main%cXyz", i, 'a'+i%26) },
	"formulas":       func(i int) string { return fmt.Sprintf("=Uriage%d!B%d*1.1", i, i) },
	"parts of pages": func(i int) string { return fmt.Sprintf("docs/Api%d.md#Sec%cXyz", i, 'a'+i%26) },
	"rules of CSS":   func(i int) string { return fmt.Sprintf(".Btn%d{color:#%c0%04d}", i, 'a'+i%6, i*7) },
	"series":         func(i int) string { return fmt.Sprintf(`rate(Up%c_total{job="Api%d"}[5m])`, 'a'+i%26, i) },
	"zones":          func(i int) string { return fmt.Sprintf("fe80::%x:1%%Eth%c", i, 'a'+i%26) },
	"numbered keys":  func(i int) string { return fmt.Sprintf("%d:aBc%ce!", i, 'a'+i%26) },
}

// TestCodedIsNoCrowd: what apps write is not more passwords than are compared, and hides none.
func TestCodedIsNoCrowd(t *testing.T) {
	t.Parallel()
	for of, value := range codes {
		var all []string
		for i := range 72 {
			all = append(all, fmt.Sprintf(`{"m":%q,"t":1700000000.%d}`, value(i), i))
		}
		crumbs := strings.Join(all, ",")
		for how, x := range map[string]guard.Hints{
			`"email":"` + typedID + `"`: {Known: known, Thorough: true},
			`"x":1`:                     {Known: known, Thorough: true, Follows: true},
		} {
			q := request{headers: "application/json", body: `{"user":{` + how + `},"crumbs":[` + crumbs + `]}`}
			if f := q.inspect(t, x); f.Hidden || f.More {
				t.Errorf("%s with %s: hidden %v, more %v; want neither", of, how, f.Hidden, f.More)
			}
			q.body = `{"user":{` + how + `},"crumbs":[` + crumbs + `,{"k":"` + typedPass + `"}]}`
			if f := q.inspect(t, x); !slices.Contains(texts(f.Passwords), typedPass) {
				t.Errorf("%s with %s: the password behind them is not compared", of, how)
			}
		}
	}
}
