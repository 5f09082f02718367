package interstitial

import (
	"strings"
	"testing"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, setting, accept string
		want                  Lang
	}{
		{"nothing stated", "auto", "", Japanese},
		{"japanese browser", "auto", "ja,en-US;q=0.9,en;q=0.8", Japanese},
		{"english browser", "auto", "en-US,en;q=0.5", English},
		{"english before japanese", "auto", "en-GB,ja;q=0.9", English},
		{"weight over order", "auto", "en;q=0.4, ja;q=0.5", Japanese},
		{"order between equals", "auto", "en;q=0.5, ja;q=0.5", English},
		{"region and script", "auto", "ja-Latn-JP", Japanese},
		{"any case", "auto", "JA-jp", Japanese},
		{"spaces", "auto", " ja ; q=0.3 ,\ten ; q=0.2", Japanese},
		{"other languages only", "auto", "zh-CN,zh;q=0.9,de;q=0.8", English},
		{"other language first", "auto", "zh-CN,ja;q=0.5,en;q=0.1", Japanese},
		{"anything", "auto", "*", Japanese},
		{"anything but little", "auto", "en;q=0.5,*;q=0.1", English},
		{"refused", "auto", "ja;q=0,en;q=0.1", English},
		{"both refused", "auto", "ja;q=0,en;q=0", English},
		{"a prefix is not the language", "auto", "jam,eng", English},
		{"three digits", "auto", "en;q=0.001,ja;q=0.002", Japanese},
		{"bad weight is skipped", "auto", "en;q=nan,ja;q=0.1", Japanese},
		{"weight out of range is skipped", "auto", "en;q=2,ja;q=0.1", Japanese},
		{"negative weight is skipped", "auto", "en;q=-1,ja;q=0.1", Japanese},
		{"other parameter is skipped", "auto", "en;level=1,ja;q=0.1", Japanese},
		{"only rubbish", "auto", ";;;,,=,;q=1", Japanese},
		{"setting decides", "en", "ja", English},
		{"setting decides too", "ja", "en", Japanese},
		{"unknown setting asks the browser", "de", "en", English},
		{"cut at the limit", "auto", strings.Repeat("x-y,", 40) + "ja", English},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Negotiate(tt.setting, tt.accept); got != tt.want {
				t.Errorf("Negotiate(%q, %q) = %q; want %q", tt.setting, tt.accept, got, tt.want)
			}
		})
	}
}

func TestParseLang(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{"ja": true, "en": true, "": false, "EN": false, "en-US": false, `en"`: false} {
		if _, got := ParseLang(in); got != want {
			t.Errorf("ParseLang(%q) reports %v; want %v", in, got, want)
		}
	}
}

// Whatever the header holds, the answer is a language that pages exist in, and
// the setting wins.
func FuzzNegotiate(f *testing.F) {
	for _, s := range []string{"", "ja,en;q=0.8", "*;q=0", "en;q=1e-3", "ja;q=0.5;q=1", "\x00,\xff;q=\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if l := Negotiate("auto", accept); l != Japanese && l != English {
			t.Errorf("Negotiate(auto, %q) = %q", accept, l)
		}
		if l := Negotiate("en", accept); l != English {
			t.Errorf("Negotiate(en, %q) = %q", accept, l)
		}
	})
}
