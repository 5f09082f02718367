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
		{"sellercentral.amazon.co.jp.evil.example", "embedding", targetSeller, "imitates sellercentral.amazon.co.jp: amazon.co.jp stands in front of evil.example, which is not Amazon's", true},
		{"www-amazon-co-jp.evil.example", "embedding", targetJapan, "imitates amazon.co.jp: amazon.co.jp stands in front of evil.example, which is not Amazon's", true},
		{"amazon.com.evil.example", "embedding", targetWorld, "imitates amazon.com: amazon.com stands in front of evil.example, which is not Amazon's", true},
		{"amazon-co-jp.example", "embedding", targetJapan, "imitates amazon.co.jp: amazon.co.jp stands in amazon-co-jp.example, which is not Amazon's", true},
		{"amazon-co.jp", "embedding", targetJapan, "imitates amazon.co.jp: amazon.co.jp stands in amazon-co.jp, which is not Amazon's", true},
		{"amazon.shop", "wrong-registry", targetWorld, "imitates amazon.com: amazon is registered under .shop by somebody else", true},
		{"sellercentral.amazon.cm", "wrong-registry", targetSeller, "imitates sellercentral.amazon.co.jp: amazon is registered under .cm by somebody else", true},
		{"seller-central.jp", "wrong-registry", targetSeller, "imitates sellercentral.amazon.co.jp: seller-central is registered under .jp by somebody else", true},
		{"amazon.workers.dev", "wrong-registry", targetWorld, "imitates amazon.com: amazon is registered under .workers.dev by somebody else", true},
		{"xn--mazon-3ve.com", "spoof", targetWorld, "imitates amazon.com: аmazon mixes scripts to look like amazon", true},
		{"www.amaz0n.co.jp", "homoglyph", targetJapan, "imitates amazon.co.jp: amaz0n looks like amazon", true},
		{"アマゾソ.jp", "homoglyph", targetJapan, "imitates amazon.co.jp: アマゾソ looks like amazon", true},
		{"セラ一セントラル.com", "homoglyph", targetSeller, "imitates sellercentral.amazon.co.jp: セラ一セントラル looks like sellercentral", true},
		{"amozon-seller.example", "combosquat", targetSeller, "imitates sellercentral.amazon.co.jp: amozon is amazon with one letter replaced, with the word seller", true},
		{"amazon-login.workers.dev", "combosquat", targetWorld, "imitates amazon.com: amazon stands beside the word login", true},
		{"アマゾン-ログイン.jp", "kana", targetJapan, "imitates amazon.co.jp: アマゾン-ログイン spells amazon with kana, with the word login", true},
		{"セラーセントラル.shop", "wrong-registry", targetSeller, "imitates sellercentral.amazon.co.jp: セラーセントラル spells sellercentral with kana, registered under .shop by somebody else", true},
		{"セラーセントラル-認証.top", "kana", targetSeller, "imitates sellercentral.amazon.co.jp: セラーセントラル-認証 spells sellercentral with kana, with the word auth", true},
		{"амазон.com", "wrong-registry", targetWorld, "imitates amazon.com: амазон spells amazon in another script, registered under .com by somebody else", true},
		{"амазон-логин.com", "transcription", targetWorld, "imitates amazon.com: амазон-логин spells amazon in another script, with the word login", true},
		{"my-ama-zon.top", "split", targetWorld, "imitates amazon.com: ama-zon is amazon with a hyphen in it", true},
		{"xn--mazon-wqa.com", "homoglyph", targetWorld, "imitates amazon.com: ámazon looks like amazon", true},
		{"amazgn.top", "bitsquat", targetWorld, "imitates amazon.com: amazgn is amazon with one bit of a letter turned over", true},
		{"amzanao.co.ip.reli.shop", "misplaced-registry", targetJapan, "imitates amazon.co.jp: amzanao has the consonants of amazon in order, and stands where amazon.co.jp would in front of reli.shop, which is not Amazon's", true},
		{"anazon-co-jp.reli.shop", "misplaced-registry", targetJapan, "imitates amazon.co.jp: anazon is amazon with one letter replaced, and stands where amazon.co.jp would in front of reli.shop, which is not Amazon's", true},
		{"seller-centralsupport.online", "combosquat", targetSeller, "imitates sellercentral.amazon.co.jp: seller-central is sellercentral with a hyphen in it, with the word support", true},
		{"amaozn.co.jp", "swap", targetJapan, "imitates amazon.co.jp: amaozn is amazon with two letters exchanged", true},
		{"sellercentarl.com", "swap", targetSeller, "imitates sellercentral.amazon.co.jp: sellercentarl is sellercentral with two letters exchanged", true},
		{"amazzon.com", "edit", targetWorld, "imitates amazon.com: amazzon is amazon with one letter doubled", true},
		{"ameozon.example.cn", "edit", targetWorld, "imitates amazon.com: ameozon is amazon with two letters changed", true},
		{"amazo.com", "edit", targetWorld, "imitates amazon.com: amazo is amazon with one letter left out", true},
		{"www.amazon.com.jp", "embedding", targetJapan, "imitates amazon.co.jp: amazon is a host of com.jp, which only reads like a registry's suffix", true},
		{"sellerscentral.jp", "edit", targetSeller, "imitates sellercentral.amazon.co.jp: sellerscentral is sellercentral with one letter added", true},
		{"seller-centraal.com", "edit", targetSeller, "imitates sellercentral.amazon.co.jp: seller-centraal is sellercentral with one letter doubled", true},
		{"セラセントラル.jp", "edit", targetSeller, "imitates sellercentral.amazon.co.jp: セラセントラル is sellercentral in kana with a slip", true},
		{"amazo∩.com", "homoglyph", targetWorld, "imitates amazon.com: amazo∩ looks like amazon", true},
		{"ama.zon-login.example", "split", targetWorld, "imitates amazon.com: ama.zon is amazon with a dot in it, with the word login", true},
		{"amazon.cocolog-nifty.com", "wrong-registry", targetWorld, "resembles amazon.com: amazon is registered under .cocolog-nifty.com, perhaps by somebody else", false},
		{"amazon-birds.org", "combosquat", targetWorld, "resembles amazon.com: amazon is joined to birds", false},
		{"amazonfc.com", "combosquat", targetWorld, "resembles amazon.com: amazon is joined to fc", false},
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
