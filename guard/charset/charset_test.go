package charset_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"sekisho/guard/charset"
)

const (
	ascii = `{"email":"taro@example.jp"}`
	kana  = "name=タロウ様の日本語の文字列&a=1"
)

func encode(t testing.TB, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTexts(t *testing.T) {
	t.Parallel()
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	sjis, euc, iso := encode(t, japanese.ShiftJIS, kana), encode(t, japanese.EUCJP, kana), encode(t, japanese.ISO2022JP, kana)
	utf7 := "email+AD0-taro+AEA-example.jp"
	for _, test := range []struct {
		name, label, text string
		want              []string
		found             string
	}{
		{"nothing", "", "", []string{""}, ""},
		{"UTF-8", "utf-8", kana, []string{kana}, ""},
		{"label unknown", "klingon", ascii, []string{ascii}, ""},
		{"Shift_JIS by label", "shift_jis", sjis, []string{kana}, "charset"},
		{"Shift_JIS by looks", "", sjis, []string{kana, sjis}, "charset"},
		{"EUC-JP by label", "euc-jp", euc, []string{kana}, "charset"},
		{"EUC-JP by looks", "utf-8", euc, []string{kana, euc}, "charset"},
		{"ISO-2022-JP by looks", "", iso, []string{iso, kana}, "charset"},
		{"UTF-16 without a mark", "", encode(t, little, ascii), []string{ascii}, "charset"},
		{"UTF-16 with a mark", "", encode(t, big, ascii), []string{ascii}, "charset"},
		{"UTF-32", "", encode(t, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), ascii), []string{ascii}, "charset"},
		{"UTF-7 by label", "utf-7", utf7, []string{utf7, "email=taro@example.jp"}, "utf-7"},
		{"UTF-7 by looks", "", "a b+AD0-c+AEA-d", []string{"a b+AD0-c+AEA-d", "a b=c@d"}, "utf-7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			texts, found := charset.Texts([]byte(test.text), test.label)
			var got []string
			for _, b := range texts {
				got = append(got, string(b))
			}
			if diff := cmp.Diff(test.want, got); diff != "" || found != test.found {
				t.Errorf("found %q; want %q; (-want +got):\n%s", found, test.found, diff)
			}
		})
	}
}

// TestTextsBelieNoLabel holds that a label which lies hides nothing.
func TestTextsBelieNoLabel(t *testing.T) {
	t.Parallel()
	if !charset.Belied("utf-16", []byte(ascii)) || charset.Belied("shift_jis", []byte(ascii)) || charset.Belied("", []byte(ascii)) {
		t.Error("ASCII belies UTF-16, and nothing else")
	}
	if texts, _ := charset.Texts([]byte(ascii), "utf-16"); len(texts) != 2 || string(texts[1]) != ascii {
		t.Errorf("ASCII that is called UTF-16 is %q; want it as it is, too", texts)
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{ascii, kana, encode(f, japanese.ShiftJIS, kana), encode(f, japanese.ISO2022JP, kana), "+AD0-", "+", "\xff\xfe", "\x00\x00\xfe\xff"} {
		for _, label := range []string{"", "utf-7", "utf-16be", "shift_jis"} {
			f.Add([]byte(s), label)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, label string) {
		before := bytes.Clone(b)
		texts, found := charset.Texts(b, label)
		if len(texts) == 0 || len(texts) > 2 {
			t.Fatalf("%d texts; want one or two", len(texts))
		}
		if found == "" && (len(texts) != 1 || !bytes.Equal(texts[0], b)) {
			t.Errorf("%q is %q, and nothing was found", b, texts)
		}
		if found == "charset" && !utf8.Valid(texts[0]) && !utf8.Valid(texts[len(texts)-1]) {
			t.Errorf("no text of %q is UTF-8", b)
		}
		if !bytes.Equal(b, before) {
			t.Error("the text was changed")
		}
	})
}
