package charset_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"sekisho/imitation/charset"
)

// TestDecoder: text comes out as UTF-8, declared or not, in whatever pieces it comes.
func TestDecoder(t *testing.T) {
	t.Parallel()
	text := "<p>" + strings.Repeat("ランプと湯呑みをお探しの方へ。", 80)
	for _, tt := range []struct {
		name, contentType, head string
		in                      encoding.Encoding
		page                    bool
	}{
		{"nothing said", "", "", encoding.Nop, true},
		{"Shift_JIS by type", "text/html; charset=Shift_JIS", "", japanese.ShiftJIS, true},
		{"Shift_JIS by meta", "text/html", "<meta charset=sjis>", japanese.ShiftJIS, true},
		{"Shift_JIS by looks", "text/html", "", japanese.ShiftJIS, true},
		{"EUC-JP by an XML declaration", "text/xml", `<?xml version="1.0" encoding="euc-jp"?>`, japanese.EUCJP, true},
		{"EUC-JP by looks", "", "", japanese.EUCJP, false},
		{"ISO-2022-JP by looks", "", "", japanese.ISO2022JP, true},
		{"UTF-16 by its mark", "", "", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true},
		{"data that is UTF-8, whatever is said", "text/plain; charset=shift_jis", "", encoding.Nop, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in, err := tt.in.NewEncoder().String(tt.head + text)
			if err != nil {
				t.Fatal(err)
			}
			for _, piece := range []int{1, 7, 100, len(in)} {
				var got strings.Builder
				sink := func(p []byte) { got.Write(p) }
				d := charset.NewDecoder([]byte(in[:min(len(in), charset.Prescan)]), tt.contentType, tt.page)
				for rest := in; rest != ""; rest = rest[min(piece, len(rest)):] {
					d.Write([]byte(rest[:min(piece, len(rest))]), sink)
				}
				d.Close(sink)
				if got.String() != tt.head+text {
					t.Errorf("in pieces of %d: %.80q", piece, got.String())
				}
				if utf16 := strings.HasPrefix(tt.name, "UTF-16"); d.Wide() != utf16 {
					t.Errorf("ASCII has another form: %t; want %t", d.Wide(), utf16)
				}
			}
		})
	}
}
