package imitation

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"sekisho/hostname"
)

// languages are those of the marketplaces, Japanese first, and Chinese of both
// scripts, which kits for Japan are often written from; and those that Seller Central speaks besides.
var languages = []string{"ja", "en", "de", "fr", "it", "es", "nl", "pt", "tr", "pl", "sv", "zh", "ko", "ar", "hi", "vi", "th"}

func TestSigns(t *testing.T) {
	t.Parallel()
	if len(signs) < 100 {
		t.Errorf("got %d signs; want 100 at the least", len(signs))
	}
	seen := map[string]bool{}
	for _, l := range lines {
		key := l.where + "\t" + plainText(l.pattern)
		if l.where != "made" && seen[key] {
			t.Errorf("%s: %q stands there twice", signs[l.sign].name, l.pattern)
		}
		seen[key] = true
		if l.languages != "-" && !slices.Contains(languages, l.languages) {
			t.Errorf("%q: language %q", l.pattern, l.languages)
		}
		// Short patterns are found in other words.
		if l.where == "text" && len(plainText(l.pattern)) < 9 {
			t.Errorf("%q is too short to be looked for in text", l.pattern)
		}
		if len(l.source) < 3 {
			t.Errorf("%q has no source", l.pattern)
		}
	}
	for _, s := range signs {
		if c := classes[s.class]; s.weight > c.most && s.class != "form" {
			t.Errorf("%s adds %d, and its class at most %d", s.name, s.weight, c.most)
		}
		if s.weight >= copyLine {
			t.Errorf("%s would be enough alone", s.name)
		}
	}
}

// TestLanguages: what a page made by hand is known by is there in each
// language.
func TestLanguages(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"title", "email-or-phone", "new-customer", "create-account", "stay-signed-in"} {
		for _, language := range languages {
			if !slices.ContainsFunc(lines, func(l line) bool { return signs[l.sign].name == name && l.languages == language }) {
				t.Errorf("%s is missing in %q", name, language)
			}
		}
	}
}

// TestBadRows: a bad row ends the program at its start, that is, in any test.
func TestBadRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, rows string }{
		{"columns", "a\tfield\t1\t-\tname\t-\tx"},
		{"weight", "a\tfield\tmuch\t-\tname\t-\tx\ts"},
		{"weight out of range", "a\tfield\t101\t-\tname\t-\tx\ts"},
		{"class", "a\tfiled\t1\t-\tname\t-\tx\ts"},
		{"where", "a\tfield\t1\t-\tnmae\t-\tx\ts"},
		{"asks", "a\tfield\t1\tno\tname\t-\tx\ts"},
		{"empty", "a\tfield\t1\t-\tname\t-\t\ts"},
		{"space", "a\tfield\t1\t-\tname\t-\tx \ts"},
		{"two weights", "a\tfield\t1\t-\tname\t-\tx\ts\na\tfield\t2\t-\tname\t-\ty\ts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Errorf("readSigns(%q) took it", test.rows)
				}
			}()
			readSigns(test.rows)
		})
	}
}

// showing returns a response in which a pattern is to be found.
func showing(l line) (contentType, body string, head http.Header) {
	contentType, head = "text/html", http.Header{}
	p := strings.ReplaceAll(l.pattern, "*", "x")
	switch l.where {
	case "name", "value", "id":
		return contentType, `<input type=hidden ` + l.where + `="` + p + `">`, head
	case "class", "cluster":
		body = `<div class="y ` + p + `">`
		if l.where == "cluster" { // three more of its kind
			for _, o := range usedIn("cluster")[:4] {
				body += `<i class="` + o.pattern + `"></i>`
			}
		}
	case "attr":
		body = `<div ` + p + `="1">`
	case "form":
		body = `<form class="z ` + p + `">`
	case "title":
		body = `<title>` + p + `</title>`
	case "other":
		body = `<title>Amazon Seller Central</title><form><input name=u><input type=password name=p></form><p>` + p + `</p>`
	case "pressed":
		body = `<title>Amazon Seller Central</title><form><input name=u><input type=password name=p><button>` + p + `</button></form>`
	case "text", "label", "brand", "excuse":
		body = `<form><p>` + p + `</p><input type=password name=p></form>`
		if signs[l.sign].name == "copyright" {
			body = `<form><input type=password name=p></form><p>` + p + `</p>`
		}
	case "comment":
		body = `<!-- ` + p + ` -->`
	case "url":
		body = `<link href="/a/` + p + `.css">`
	case "action":
		body = `<form action="/x` + p + `">`
	case "script":
		contentType, body = "text/javascript", `var a={b:`+p+`}`
	case "key":
		contentType, body = "text/html", `<title></title><script type="application/json">{`+p+`1,"z":"Eメールまたは携帯電話番号"}</script><input type=password>`
	case "cookie":
		head.Set("Set-Cookie", p+"=1; path=/")
	case "header":
		name, value, _ := strings.Cut(p, ":")
		head.Set(name, "a "+value+" b")
	case "location":
		head.Set("Location", "/x"+p)
	}
	return contentType, body, head
}

// TestEachLine shows that each line of signs.tsv can be found, and that each
// excuse excuses.
func TestEachLine(t *testing.T) {
	t.Parallel()
	host, err := hostname.Parse("site.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.where == "made" {
			continue
		}
		name := signs[l.sign].name
		if l.where == "path" || l.where == "query" {
			target := map[string]string{"path": l.pattern, "query": "/?" + l.pattern}[l.where]
			if got := Request(host, "/x"+target, nil); !slices.Contains(got, name) {
				t.Errorf("Request(%q) = %q; want %s", target, got, name)
			}
			continue
		}
		contentType, body, head := showing(l)
		head.Set("Content-Type", contentType)
		s := Watch(Response{Host: host, Target: "/", Status: 200, Header: head})
		_, _ = s.Write([]byte(body)) // never fails
		got := s.Close().Signs
		switch l.where {
		case "key":
			if slices.Contains(got, "email-or-phone") {
				t.Errorf("what is behind %s counts", l.pattern)
			}
		case "other", "pressed":
			if slices.Contains(got, "title-owned") {
				t.Errorf("%q says not that the page is somebody else's", l.pattern)
			}
		case "excuse":
			if slices.Contains(got, "brand") {
				t.Errorf("%q is not excused", l.pattern)
			}
		default:
			if !slices.Contains(got, name) {
				t.Errorf("%s %q: %q has %q; want %s", l.where, l.pattern, body, got, name)
			}
		}
	}
}
