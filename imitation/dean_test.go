package imitation_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sekisho/imitation"
)

var packedWord = regexp.MustCompile(`[A-Za-z0-9_]+`)

// deanPacked packs a script as Dean Edwards's packer does.
func deanPacked(src string) string {
	var words []string
	body := packedWord.ReplaceAllStringFunc(src, func(w string) string {
		at := slices.Index(words, w)
		if at < 0 {
			at = len(words)
			words = append(words, w)
		}
		const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		out := ""
		for {
			out = digits[at%62:at%62+1] + out
			if at /= 62; at == 0 {
				return out
			}
		}
	})
	body = strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(body)
	return `eval(function(p,a,c,k,e,d){e=function(c){return(c<a?'':e(parseInt(c/a)))+((c=c%a)>35?String.fromCharCode(c+29):c.toString(36))};if(!''.replace(/^/,String)){while(c--){d[e(c)]=k[c]||e(c)}k=[function(e){return d[e]}];e=function(){return'\\w+'};c=1};while(c--){if(k[c]){p=p.replace(new RegExp('\\b'+e(c)+'\\b','g'),k[c])}}return p}('` +
		body + `',62,` + strconv.Itoa(len(words)) + `,'` + strings.Join(words, "|") + `'.split('|'),0,{}))`
}

func TestDeanPacked(t *testing.T) {
	t.Parallel()
	en := `<title>Amazon Sign-In</title><form><label>Email or mobile phone number</label><input name=k1><input type=password name=k2></form><h5>New to Amazon?</h5><a>Create your Amazon account</a>`
	pad := strings.Repeat("var a=1;", 4096)
	for _, test := range []struct {
		name, body string
		want       imitation.Grade
	}{
		{"Japanese", deanPacked(`document.body.innerHTML="` + signIn + `"`), imitation.Copy},
		{"English", deanPacked(`document.body.innerHTML="` + en + `"`), imitation.Copy},
		{"over the edge of a block", pad[:len(pad)-20] + deanPacked(`document.body.innerHTML="`+en+`"`), imitation.Copy},
		{"behind what looks like one", "var a='(p,a,c,k,e,',b='.split('||';" + deanPacked(`document.body.innerHTML="`+en+`"`), imitation.Copy},
		{"a plug-in", deanPacked(`$(function(){$(".slide").each(function(i){$(this).html("<form><input type=password></form>")})})`), imitation.None},
		{"cut", deanPacked(`document.body.innerHTML="` + en + `"`)[:500], imitation.None},
		{"odd", "(p,a,c,k,e,d){}('0 1',99,2,'a|b'.split('|')) (p,a,c,k,e,}('0',62,1,'.split('", imitation.None},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if r := scriptSigns("text/javascript", test.body); r.Grade != test.want {
				t.Errorf("%v, %q; want %v", r.Grade, r.Signs, test.want)
			}
		})
	}
}
