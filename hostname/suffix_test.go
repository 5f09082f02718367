package hostname

import "testing"

func TestRegistrable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, suffix, registrable string }{
		{"www.amazon.co.jp", "co.jp", "amazon.co.jp"},
		{"amazon.co.jp", "co.jp", "amazon.co.jp"},
		{"co.jp", "co.jp", ""},
		{"jp", "jp", ""},
		{"sellercentral.amazon.com", "com", "amazon.com"},
		{"a.b.evil.workers.dev", "workers.dev", "evil.workers.dev"},
		{"workers.dev", "workers.dev", ""},
		{"bucket.s3.amazonaws.com", "s3.amazonaws.com", "bucket.s3.amazonaws.com"},
		{"d111111abcdef8.cloudfront.net", "cloudfront.net", "d111111abcdef8.cloudfront.net"},
		{"a.city.kawasaki.jp", "kawasaki.jp", "city.kawasaki.jp"}, // an exception rule
		{"a.b.c.kawasaki.jp", "c.kawasaki.jp", "b.c.kawasaki.jp"}, // a wildcard rule
		{"アマゾン.みんな", "xn--q9jyb4c", "xn--cckwcxetd.xn--q9jyb4c"},
		{"a.b.unlisted-tld", "unlisted-tld", "b.unlisted-tld"},
		{"localhost", "localhost", ""},
		{"127.0.0.1", "", ""},
		{"[2001:db8::1]", "", ""},
	} {
		n, err := Parse(test.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.PublicSuffix(); got != test.suffix {
			t.Errorf("PublicSuffix of %q = %q; want %q", test.in, got, test.suffix)
		}
		if got := n.Registrable(); got != test.registrable {
			t.Errorf("Registrable of %q = %q; want %q", test.in, got, test.registrable)
		}
	}
	var zero Name
	if s, r := zero.PublicSuffix(), zero.Registrable(); s != "" || r != "" {
		t.Errorf("zero Name: PublicSuffix %q, Registrable %q; want neither", s, r)
	}
}

// TestNE19Within has NE-19: a suffix counts at a label boundary only.
func TestNE19Within(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in, suffix string
		want       bool
	}{
		{"amazon.co.jp", "amazon.co.jp", true},
		{"www.amazon.co.jp", "amazon.co.jp", true},
		{"a.b.amazon.co.jp", "amazon.co.jp", true},
		{"WWW.Amazon.co.jp.", "amazon.co.jp", true},
		{"notamazon.co.jp", "amazon.co.jp", false},
		{"not-amazon.co.jp", "amazon.co.jp", false},
		{"amazon.co.jp.evil.com", "amazon.co.jp", false},
		{"amazon.co.jp", "www.amazon.co.jp", false},
		{"amazon.co.jp", "", false},
		{"amazon.co.jp", ".co.jp", false},
		{"127.0.0.1", "127.0.0.1", true},
		{"10.127.0.1", "127.0.1", false},
		{"127.0.0.1", "0.1", false},
		{"[::1]", "1", false},
	} {
		n, err := Parse(test.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Within(test.suffix); got != test.want {
			t.Errorf("%q within %q: %t; want %t", test.in, test.suffix, got, test.want)
		}
	}
	if (Name{}).Within("") {
		t.Error("the zero Name is within something")
	}
}
