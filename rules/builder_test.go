package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBuilderSpellings(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{
		"evil.example", "Evil.Example.", "*.evil.example", ".evil.example", " evil.example ", "evil.example # seen in a mail",
		"ｅｖｉｌ．ｅｘａｍｐｌｅ", "evil.example\r", "EVIL.example",
	} {
		b := NewBuilder()
		b.Add(BlockList, entry, "lists.block[2]", 0)
		if p := b.Problems(); len(p) > 0 {
			t.Errorf("Add(%q): %v", entry, p[0])
			continue
		}
		want := Verdict{Action: Block, Ground: Blocklist, Detail: "is listed as evil.example in lists.block[2]"}
		for _, host := range []string{"evil.example", "a.b.evil.example", "EVIL.EXAMPLE."} {
			if diff := cmp.Diff(want, b.Build().Decide(mustParse(t, host))); diff != "" {
				t.Errorf("Add(%q), Decide(%q) (-want +got):\n%s", entry, host, diff)
			}
		}
		for _, host := range []string{"notevil.example", "evil.example.com", "example"} {
			if v := b.Build().Decide(mustParse(t, host)); v.Ground != Default {
				t.Errorf("Add(%q), Decide(%q) = %+v; want the default", entry, host, v)
			}
		}
	}
}

func TestBuilderIgnoresNothing(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	for _, entry := range []string{"", "  ", "# a comment", "\t# another", "\n"} {
		b.Add(BlockList, entry, "f", 1)
	}
	if p := b.Problems(); len(p) > 0 {
		t.Errorf("problems %v; want none", p)
	}
}

func TestBuilderProblems(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a.", 126) + "ab" // 254 characters
	for _, tt := range []struct {
		list   List
		entry  string
		reason string // contained
	}{
		{BlockList, "foo..", "a label is empty"},
		{BlockList, "foo..example", "single dots"},
		{BlockList, long, "longer than 253"},
		{BlockList, "https://evil.example/login?x=1", "write evil.example"},
		{BlockList, "evil.example/login", "write evil.example"},
		{BlockList, "evil.example:443", "write evil.example"},
		{BlockList, "0.0.0.0 evil.example", "one name a line, such as evil.example"},
		{BlockList, "a.example, b.example", "one name a line"},
		{BlockList, "||evil.example^", "write evil.example"},
		{BlockList, "ev*il.example", "the name alone"},
		{BlockList, "*.*.example", "not a host name"},
		{BlockList, "*", "not a host name"},
		{BlockList, ".", "not a host name"},
		{BlockList, "-", ""},
		{BlockList, "amazon.co.jp", "genuine"},
		{BlockList, "www.Amazon.com.", "genuine"},
		{BlockList, "sellercentral.amazon.co.jp", "genuine"},
		{BlockList, "com", "public suffix"},
		{BlockList, "co.jp", "public suffix"},
		{AllowList, "com", "public suffix"},
		{AllowList, "*.jp", "public suffix"},
		{AllowList, "shop", "public suffix"},
		{NeverList, "co.jp", "public suffix"},
		{NeverList, "top", "public suffix"},
	} {
		b := NewBuilder()
		b.Add(tt.list, tt.entry, "lists.txt", 7)
		p := b.Problems()
		if tt.reason == "" { // taken or not, it must do no harm
			continue
		}
		if len(p) != 1 {
			t.Errorf("Add(%v, %q): %d problems; want one", tt.list, tt.entry, len(p))
			continue
		}
		if !strings.Contains(p[0].Reason, tt.reason) || p[0].List != tt.list || p[0].Source != "lists.txt" || p[0].Line != 7 {
			t.Errorf("Add(%v, %q): %+v; want a reason with %q", tt.list, tt.entry, p[0], tt.reason)
		}
		if s := p[0].String(); !strings.HasPrefix(s, "lists.txt:7: "+tt.list.String()+" list: ") {
			t.Errorf("String() = %q; want it to begin with the place", s)
		}
	}
}

func TestBuilderTakes(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	for _, tt := range []struct {
		list  List
		entry string
	}{
		{BlockList, "top"},                     // no genuine name is below it
		{BlockList, "d111.cloudfront.net"},     // a customer of AWS
		{BlockList, "amazonaws.com"},           // Amazon's, but not genuine
		{BlockList, "192.0.2.1"},               // an address
		{BlockList, "[2001:DB8::1]"},           //
		{AllowList, "workers.dev"},             // a hosting service, by the owner's will
		{AllowList, "corp"},                    // a network of one's own
		{NeverList, "kaisha.local"},            //
		{AllowList, "amazon-fba-tool.jp"},      //
		{NeverList, "sellercentral.amazon.cm"}, // as the owner likes
	} {
		b.Add(tt.list, tt.entry, "f", 1)
	}
	if p := b.Problems(); len(p) > 0 {
		t.Fatalf("problem: %v", p[0])
	}
	policy := b.Build()
	for host, want := range map[string]Ground{
		"a.top": Blocklist, "192.0.2.1": Blocklist, "0xc0000201": Blocklist, "2001:db8:0::1": Blocklist,
		"192.0.2.2": Default, "x.amazonaws.com": Blocklist, "amazon-login.workers.dev": Allowlist, "db.corp": Allowlist,
		"x.kaisha.local": Never, "amazon-fba-tool.jp": Allowlist, "sellercentral.amazon.cm": Never,
		"d1v5ir2lpwr8os.cloudfront.net": Genuine,
	} {
		if v := policy.Decide(mustParse(t, host)); v.Ground != want {
			t.Errorf("%s: ground %s; want %s", host, v.Ground, want)
		}
	}
}

func TestBuilderForgetsManyProblems(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	for i := range 3 * maxProblems {
		b.Add(BlockList, "no name "+strings.Repeat("ﾅ", 200), "garbage", i+1)
	}
	p := b.Problems()
	if len(p) != maxProblems+1 {
		t.Fatalf("%d problems; want %d", len(p), maxProblems+1)
	}
	if want := fmt.Sprintf("%d more", 2*maxProblems); !strings.Contains(p[maxProblems].Reason, want) {
		t.Errorf("last problem %q; want %q in it", p[maxProblems].Reason, want)
	}
	if len(p[0].Entry) > 100 {
		t.Errorf("entry of %d bytes is kept", len(p[0].Entry))
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	b.Add(BlockList, "both.example", "b", 1)
	b.Add(AllowList, "both.example", "a", 1)
	b.Add(NeverList, "both.example", "n", 1)
	b.Add(BlockList, "login.smbc.co.jp", "b", 2)
	b.Add(AllowList, "direct.smbc.co.jp", "a", 2)
	b.Add(AllowList, "amazon-login.example", "a", 3)
	b.Add(NeverList, "own.amazon-login.example", "n", 3)
	b.Add(AllowList, "amazon.co.jp", "a", 4)
	b.Add(NeverList, "amazon.co.jp", "n", 4)
	policy := b.Build()
	for host, want := range map[string]Verdict{
		"both.example":             {Action: Block, Ground: Blocklist, Detail: "is listed as both.example in b:1"},
		"x.login.smbc.co.jp":       {Action: Block, Ground: Blocklist, Detail: "is listed as login.smbc.co.jp in b:2"},
		"amazon-login.example":     {Action: Allow, Ground: Allowlist, Detail: "is listed as amazon-login.example in a:3"},
		"own.amazon-login.example": {Action: Allow, Ground: Never, Detail: "is listed as own.amazon-login.example in n:3"},
		"www.amazon.co.jp":         {Action: Allow, Ground: Genuine, Detail: "is Amazon's own, by name"},
	} {
		if diff := cmp.Diff(want, policy.Decide(mustParse(t, host))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", host, diff)
		}
	}
	if v := policy.Decide(mustParse(t, "direct.smbc.co.jp")); v.Ground != Never || !v.Opaque() {
		t.Errorf("direct.smbc.co.jp: %+v; want never", v)
	}
}

// A builder goes on after Build, and what it built stays.
func TestBuildTwice(t *testing.T) {
	t.Parallel()
	b := NewBuilder()
	b.Add(BlockList, "one.example", "f", 1)
	first := b.Build()
	b.Add(BlockList, "two.example", "f", 2)
	second := b.Build()
	two := mustParse(t, "two.example")
	if v := first.Decide(two); v.Ground != Default {
		t.Errorf("first policy: %+v; want the default", v)
	}
	if v := second.Decide(two); v.Ground != Blocklist {
		t.Errorf("second policy: %+v; want a block", v)
	}
}
