package lookalike

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sekisho/hostname"
)

func mustParse(tb testing.TB, s string) hostname.Name {
	tb.Helper()
	n, err := hostname.Parse(s)
	if err != nil {
		tb.Fatalf("parse %q: %v", s, err)
	}
	return n
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host                      string
		technique, target, detail string
		block                     bool
	}{
		{"sellercentral.amazon.co.jp.evil.example", "embedding", targetSeller, "amazon.co.jp in front of evil.example", true},
		{"www-amazon-co-jp.evil.example", "embedding", targetJapan, "amazon.co.jp in front of evil.example", true},
		{"amazon.com.evil.example", "embedding", targetWorld, "amazon.com in front of evil.example", true},
		{"amazon-co-jp.example", "embedding", targetJapan, "amazon.co.jp in amazon-co-jp.example", true},
		{"amazon-co.jp", "embedding", targetJapan, "amazon.co.jp in amazon-co.jp", true},
		{"amazon.shop", "wrong-registry", targetWorld, "amazon under .shop", true},
		{"sellercentral.amazon.cm", "wrong-registry", targetSeller, "amazon under .cm", true},
		{"seller-central.jp", "wrong-registry", targetSeller, "sellercentral under .jp", true},
		{"amazon.workers.dev", "wrong-registry", targetWorld, "amazon under .workers.dev", true},
		{"xn--mazon-3ve.com", "spoof", targetWorld, "аmazon ~ amazon", true},
		{"www.amaz0n.co.jp", "homoglyph", targetJapan, "amaz0n ~ amazon", true},
		{"アマゾソ.jp", "homoglyph", targetJapan, "アマゾソ ~ amazon", true},
		{"セラ一セントラル.com", "homoglyph", targetSeller, "セラ一セントラル ~ sellercentral", true},
		{"amozon-seller.example", "combosquat", targetSeller, "amozon ~ amazon + seller", true},
		{"amazon-login.workers.dev", "combosquat", targetWorld, "amazon + login", true},
		{"アマゾン-ログイン.jp", "kana", targetJapan, "アマゾン-ログイン ~ amazon + login", true},
		{"セラーセントラル.shop", "wrong-registry", targetSeller, "セラーセントラル ~ sellercentral under .shop", true},
		{"セラーセントラル-認証.top", "kana", targetSeller, "セラーセントラル-認証 ~ sellercentral + auth", true},
		{"амазон.com", "wrong-registry", targetWorld, "амазон ~ amazon under .com", true},
		{"амазон-логин.com", "transcription", targetWorld, "амазон-логин ~ amazon + login", true},
		{"my-ama-zon.top", "split", targetWorld, "ama-zon ~ amazon", true},
		{"xn--mazon-wqa.com", "homoglyph", targetWorld, "ámazon ~ amazon", true},
		{"amazgn.top", "bitsquat", targetWorld, "amazgn ~ amazon", true},
		{"amzanao.co.ip.reli.shop", "misplaced-registry", targetJapan, "amzanao ~ amazon.co.jp in front of reli.shop", true},
		{"anazon-co-jp.reli.shop", "misplaced-registry", targetJapan, "anazon ~ amazon.co.jp in front of reli.shop", true},
		{"seller-centralsupport.online", "combosquat", targetSeller, "seller-central ~ sellercentral + support", true},
		{"amaozn.co.jp", "swap", targetJapan, "amaozn ~ amazon", true},
		{"sellercentarl.com", "swap", targetSeller, "sellercentarl ~ sellercentral", true},
		{"amazzon.com", "edit", targetWorld, "amazzon ~ amazon", true},
		{"ameozon.example.cn", "edit", targetWorld, "ameozon ~ amazon", true},
		{"amazo.com", "edit", targetWorld, "amazo ~ amazon", true},
		{"amazonfc.com", "combosquat", targetWorld, "amazon", false},
	} {
		got, ok := Match(mustParse(t, tt.host))
		if !ok {
			t.Errorf("%s: nothing found", tt.host)
			continue
		}
		want := Finding{Technique: tt.technique, Target: tt.target, Detail: tt.detail, Score: got.Score}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.host, diff)
		}
		if block := got.Score >= BlockScore; block != tt.block || got.Score < WarnScore {
			t.Errorf("%s: score %.3f; want a block: %v", tt.host, got.Score, tt.block)
		}
	}
}

func TestMatchNothing(t *testing.T) {
	t.Parallel()
	for _, host := range []string{
		"example.com", "amano.co.jp", "amazonia.org", "amazonas.com.br", "amazing.jp", "amazonite.com", "azon.market", "amason.co.jp",
		"amazonwatch.org", "amazon-river.org", "anzen-login.jp", "1.2.3.4", "::1", "co.jp", "workers.dev", "localhost",
		"amazon.com.edgekey.net", "amazon.local", "日本語.jp", "xn--a.example",
	} {
		n, err := hostname.Parse(host)
		if err != nil {
			continue // refused before it comes here
		}
		if f, ok := Match(n); ok {
			t.Errorf("%s: %+v; want nothing", host, f)
		}
	}
	if f, ok := Match(hostname.Name{}); ok {
		t.Errorf("the zero name: %+v; want nothing", f)
	}
}

func TestMatchBelow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host, suffix string
		block        bool
	}{
		{"login.amazonlogin.example", "amazonlogin.example", false},
		{"amazonlogin.example", "amazonlogin.example", false},
		{"amazon-login.amazonlogin.example", "amazonlogin.example", true},
		{"amazon-login.s3.amazonaws.com", "amazonaws.com", true},
		{"amazon.awsapps.com", "awsapps.com", false},
	} {
		f, _ := MatchBelow(mustParse(t, tt.host), tt.suffix)
		if block := f.Score >= BlockScore; block != tt.block {
			t.Errorf("MatchBelow(%s, %s) = %+v; want a block: %v", tt.host, tt.suffix, f, tt.block)
		}
	}
}

// Labels in front never hide what a name holds, however many there are.
func TestMatchManyLabels(t *testing.T) {
	t.Parallel()
	for _, front := range []string{
		strings.Repeat("a.", 100), strings.Repeat("amazing.", 20), strings.Repeat("amzon-", 9) + "x.", strings.Repeat("a-", 30) + "a.",
		strings.Repeat("川.", 8), strings.Repeat("川", 20) + ".", strings.Repeat("amazonas.", 12),
	} {
		n := mustParse(t, front+"amozon-seller.example")
		if f, _ := Match(n); f.Score < BlockScore {
			t.Errorf("%s: %+v; want a block", n, f)
		}
	}
	// Weaker hits in the same label do not either.
	n := mustParse(t, "amzna-amzna-amzna-amzna-amzna-amzna-amzna-amazon-login.example")
	if f, _ := Match(n); f.Score < BlockScore {
		t.Errorf("%s: %+v; want a block", n, f)
	}
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{
		"sellercentral.amazon.co.jp.evil.example", "www-amazon-co-jp.evil.example", "amaz0n_co_jp.xn--mazon-3ve.shop",
		"アマゾン-ログイン.jp", "セラ一セントラル.com", "卂爪卂乙ㄖ几.com", "-.-", "amzamzamzamz.jp", "a--b.co-jp.co.jp",
		strings.Repeat("amazno-", 8) + "x.co.jp", strings.Repeat("arn.", 60) + "com", "川川川.川川.川", "co.jp", "xn--a",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := hostname.Parse(s)
		if err != nil {
			return
		}
		got, ok := Match(n)
		if again, _ := Match(n); again != got {
			t.Fatalf("%s: %+v, then %+v", n, got, again)
		}
		if !ok {
			if got != (Finding{}) {
				t.Fatalf("%s: nothing, and %+v", n, got)
			}
			return
		}
		if got.Score < WarnScore || got.Score > 1 || got.Technique == "" || got.Target == "" || got.Detail == "" {
			t.Fatalf("%s: %+v", n, got)
		}
		if !utf8.ValidString(got.Detail) || len(got.Detail) > 4*253 {
			t.Fatalf("%s: detail %q", n, got.Detail)
		}
	})
}

func TestMatchAllocations(t *testing.T) {
	for _, host := range []string{"www.example.com", "static-assets-3.cdn.kaigai-shopping.co.jp", "management.example.com", strings.Repeat("a-b.", 60) + "jp"} {
		n := mustParse(t, host)
		if got := testing.AllocsPerRun(100, func() { Match(n) }); got > 0 {
			t.Errorf("%s: %v allocations; want none", host, got)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, bb := range []struct{ name, host string }{
		{"ordinary", "static-assets-3.cdn.kaigai-shopping.co.jp"},
		{"promising", "management.amazing-monzen.co.jp"},
		{"hit", "www.amozon-account-update.kaigai.example"},
		{"kana", "アマゾン-ログイン.kaigai.example"},
		{"hostile-short", "amazno-amozan-azamon-amaozn-manazoan.com"},
		{"hostile", strings.Repeat("amazno-amz.", 22) + "example"},
		{"hostile-kana", strings.Repeat("川", 20) + "." + strings.Repeat("川", 20) + "." + strings.Repeat("川", 20) + ".amzon.example"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n := mustParse(b, bb.host)
			b.ReportAllocs()
			for b.Loop() {
				Match(n)
			}
		})
	}
}
