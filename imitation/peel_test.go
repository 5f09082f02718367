package imitation_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"sekisho/imitation"
)

func inBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func quoted(s string) string {
	q, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(q)
}

// list writes numbers with something between them.
func list[T byte | uint16 | int](v []T, between string) string {
	var words []string
	for _, n := range v {
		words = append(words, strconv.Itoa(int(n)))
	}
	return strings.Join(words, between)
}

func xored(s, key string) []byte {
	out := []byte(s)
	for i := range out {
		out[i] ^= key[i%len(key)]
	}
	return out
}

// pieces cuts s into strings of a list.
func pieces(s string, n int) string {
	var words []string
	for c := range slices.Chunk([]byte(s), n) {
		words = append(words, quoted(string(c)))
	}
	return strings.Join(words, ",")
}

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func otherCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// percent encodes every byte.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

func shifted(s string, by int) (out []int) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, int(u)+by)
	}
	return out
}

// wordsOf are the strings of a page that a script builds.
var wordsOf = []string{"Eメールまたは携帯電話番号", "パスワードを入力してください", "Amazonの新しいお客様ですか？", "Amazonの利用規約およびプライバシー規約", "続行することで同意するものとします"}

// packings are what kits do to a page, as scripts.
var packings = map[string]func(tb testing.TB, page string) string{
	"xor, one byte": func(_ testing.TB, p string) string {
		return "var k=37,d=[" + list(xored(p, "%"), ",") + "];w(d.map(c=>c^k))"
	},
	"xor, key after": func(_ testing.TB, p string) string {
		return "var d=new Uint8Array([" + list(xored(p, "\x17\x5b\x07\xc0"), ", ") + "]),k=[23,91,7,192];w(d,k)"
	},
	"xor, long key": func(_ testing.TB, p string) string {
		return "var k=[9,8,7,6,5,4,3,2,1,200,11,12,13,14,15,16,17,18,19,20];w([" + list(xored(p, "\x09\x08\x07\x06\x05\x04\x03\x02\x01\xc8\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14"), ",") + "])"
	},
	"xor, text for key": func(_ testing.TB, p string) string {
		return `var k="sesame7",d="` + hex.EncodeToString(xored(p, "sesame7")) + `";w(d,k)`
	},
	"xor in base64": func(_ testing.TB, p string) string {
		return `w(atob("` + inBase64(string(xored(p, "Zx9"))) + `"),"Zx9")`
	},
	"xor of base64": func(_ testing.TB, p string) string {
		return `w("` + hex.EncodeToString(xored(inBase64(p), "\x2a")) + `",42)`
	},
	"hexadecimal list": func(_ testing.TB, p string) string {
		return "w([" + strings.ReplaceAll(fmt.Sprintf("% #x", []byte(p)), " ", ",") + "])"
	},
	"signed bytes": func(_ testing.TB, p string) string {
		var v []int
		for _, b := range []byte(p) {
			v = append(v, int(int8(b)))
		}
		return "w(Int8Array.of(...[" + list(v, ",") + "]))"
	},
	"numbers in text": func(_ testing.TB, p string) string { return `"` + list([]byte(p), "!") + `".split("!").map(w)` },
	"letters' numbers": func(_ testing.TB, p string) string {
		return "String.fromCharCode.apply(null,[" + list(utf16.Encode([]rune(p)), ",") + "])"
	},
	"numbers plus seven": func(_ testing.TB, p string) string { return "d=[" + list(shifted(p, 7), ",") + "];w(d.map(c=>c-7))" },
	"numbers less three": func(_ testing.TB, p string) string { return "d=[" + list(shifted(p, -3), ",") + "];w(d.map(c=>c+3))" },
	"base64 in pieces":   func(_ testing.TB, p string) string { return "w(atob([" + pieces(inBase64(p), 40) + `].join("")))` },
	"base64 twice":       func(_ testing.TB, p string) string { return `w(atob(atob("` + inBase64(inBase64(p)) + `")))` },
	"base64 back": func(_ testing.TB, p string) string {
		return `w(atob("` + backwards(inBase64(p)) + `".split("").reverse().join("")))`
	},
	"base64, swapped": func(_ testing.TB, p string) string { return `w(d("` + otherCase(inBase64(p)) + `"))` },
	"base64 run": func(_ testing.TB, p string) string {
		return `eval(atob("` + inBase64("document.body.innerHTML="+quoted(p)) + `"))`
	},
	"run twice": func(_ testing.TB, p string) string {
		return `eval(atob("` + inBase64(`eval(atob("`+inBase64("document.write("+quoted(p)+")")+`"))`) + `"))`
	},
	"gzip": func(tb testing.TB, p string) string {
		return `u("` + base64.StdEncoding.EncodeToString(compress(tb, "gzip", []byte(p))) + `")`
	},
	"zlib": func(tb testing.TB, p string) string {
		return `pako.inflate(atob("` + base64.StdEncoding.EncodeToString(compress(tb, "deflate", []byte(p))) + `"))`
	},
	"raw deflate": func(tb testing.TB, p string) string {
		return `new Blob([b("` + base64.StdEncoding.EncodeToString(compress(tb, "deflate-raw", []byte(p))) + `")]).stream().pipeThrough(new DecompressionStream("deflate-raw"))`
	},
	"raw deflate, first called": func(tb testing.TB, p string) string {
		return `const u=d=>new Response(b(d).pipeThrough(new DecompressionStream("deflate-raw"))).text();u("` + base64.StdEncoding.EncodeToString(compress(tb, "deflate-raw", []byte(p))) + `")`
	},
	"fillers of hangul":  func(_ testing.TB, p string) string { return `w("` + bits(p, 8, "\uffa0", "\u3164") + `")` },
	"bits of width zero": func(_ testing.TB, p string) string { return `w("` + bits(p, 8, "\u200b", "\u200c") + `")` },
	"bits, escaped":      func(_ testing.TB, p string) string { return `w("` + bits(p, 8, `\u200d`, `\u2060`) + `")` },
	"bits of UTF-16": func(_ testing.TB, p string) string {
		var s strings.Builder
		for _, u := range utf16.Encode([]rune(p)) {
			s.WriteString(bits(string([]byte{byte(u >> 8), byte(u)}), 8, "\u200b", "\u200c"))
		}
		return `w("` + s.String() + `")`
	},
	"bits, one first": func(_ testing.TB, p string) string { return `w("` + bits("\ufeff"+p, 8, "\u2060", "\u200b") + `")` },
	"words, turned by a function": func(testing.TB, string) string {
		var w []string
		for _, s := range wordsOf {
			w = append(w, quoted(backwards(s)))
		}
		return `var r=s=>[...s].reverse().join(""),a=[` + strings.Join(w, ",") + `].map(r);i.type="password"`
	},
	"heading at its end": func(_ testing.TB, p string) string { return `w("` + backwards(p+"<h5>a</h5>") + `")` },
	"back to front":      func(_ testing.TB, p string) string { return `w("` + backwards(p) + `")` },
	"percent":            func(_ testing.TB, p string) string { return `w(unescape("` + percent("\n"+p) + `"))` },
	"percent, base64": func(_ testing.TB, p string) string {
		return `w(decodeURIComponent(atob("` + inBase64(url.PathEscape(p)) + `")))`
	},
	"hexadecimal": func(_ testing.TB, p string) string { return `w("` + hex.EncodeToString([]byte(p)) + `")` },
	"words in base64": func(testing.TB, string) string {
		var w []string
		for _, s := range wordsOf {
			w = append(w, quoted(inBase64(s)))
		}
		return "var a=[" + strings.Join(w, ",") + `];i.type="password"`
	},
	"words, swapped": func(testing.TB, string) string {
		var w []string
		for _, s := range wordsOf {
			w = append(w, quoted(otherCase(inBase64(s))))
		}
		return "var a=[" + strings.Join(w, ",") + `];i.type="password"`
	},
}

// TestPacked: however a script has the page packed, it is recognised in the
// script and in a document with it.
func TestPacked(t *testing.T) {
	t.Parallel()
	page := strings.ReplaceAll(strings.Replace(inJapanese, "@META@", "", 1), `"`, "")
	for name, pack := range packings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := pack(t, page)
			document := "<!doctype html><html lang=ja><title>読み込み中</title><body><script>" + script + "</script>"
			for contentType, body := range map[string]string{"text/javascript": script, "text/html": document} {
				got := scan(response(contentType), []byte(body), len(body))
				if got.Grade != imitation.Copy {
					t.Errorf("%s: %v, %d, %q", contentType, got.Grade, got.Score, got.Signs)
				}
				for _, piece := range []int{1, 13, 1000} {
					if diff := cmp.Diff(got, scan(response(contentType), []byte(body), piece)); diff != "" {
						t.Errorf("in pieces of %d:\n%s", piece, diff)
					}
				}
			}
		})
	}
}

// TestPackedAttribute: so it is in an attribute.
func TestPackedAttribute(t *testing.T) {
	t.Parallel()
	page := strings.Replace(inJapanese, "@META@", "", 1)
	for _, v := range []string{hex.EncodeToString([]byte(page)), list(xored(page, "\x2f"), " "), backwards(inBase64(page))} {
		body := `<title>.</title><p id=x data-d="` + v + `"></p><script src=/s.js></script>`
		if got := scan(response("text/html"), []byte(body), 100); got.Grade != imitation.Copy {
			t.Errorf("%.20q: %v, %d, %q", v, got.Grade, got.Score, got.Signs)
		}
	}
}

// TestPackedHarmless: what is packed is judged as what is not.
func TestPackedHarmless(t *testing.T) {
	t.Parallel()
	page := `<!doctype html><title>ログイン | 在庫ラボ</title><p>Amazonセラー向け在庫管理ツール</p><form><input name=email><input type=password name=p><button>ログイン</button></form>`
	for name, pack := range packings {
		if strings.HasPrefix(name, "words") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := pack(t, strings.ReplaceAll(page, `"`, ""))
			if got := scan(response("text/javascript"), []byte(script), 1000); got.Grade > imitation.Suspect {
				t.Errorf("%v, %d, %q", got.Grade, got.Score, got.Signs)
			}
			noise := bytes.Repeat([]byte(script), 3)
			if got := scan(response("application/json"), noise, 1000); got.Grade > imitation.Suspect {
				t.Errorf("%v, %d, %q", got.Grade, got.Score, got.Signs)
			}
		})
	}
}
