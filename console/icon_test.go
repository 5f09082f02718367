package console

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"strings"
	"testing"
)

// TestIcon holds that the icon is there for everybody, is what it says it is, and may be
// kept.
func TestIcon(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	ico := send(t, s, "GET", "/favicon.ico", "", "")
	if ico.status != 200 || ico.header.Get("Content-Type") != "image/x-icon" || !strings.Contains(ico.header.Get("Cache-Control"), "max-age=86400") {
		t.Fatalf("%d %v", ico.status, ico.header)
	}
	file := []byte(ico.body)
	if len(file) < 22 || !bytes.Equal(file[:8], []byte{0, 0, 1, 0, 1, 0, 32, 32}) {
		t.Fatalf("the file begins with % x", file[:min(len(file), 22)])
	}
	size, at := binary.LittleEndian.Uint32(file[14:]), binary.LittleEndian.Uint32(file[18:])
	if int(at+size) != len(file) {
		t.Fatalf("an image of %d octets at %d in a file of %d", size, at, len(file))
	}
	picture, err := png.Decode(bytes.NewReader(file[at:]))
	if err != nil || picture.Bounds().Dx() != 32 || picture.Bounds().Dy() != 32 {
		t.Fatalf("picture: %v", err)
	}
	if _, _, _, a := picture.At(7, 20).RGBA(); a != 0xffff {
		t.Error("the gate has no post")
	}
	svg := send(t, s, "GET", page{}.Icon(), "", "")
	if svg.status != 200 || svg.header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg.header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(svg.body, "<svg") {
		t.Errorf("%d %v", svg.status, svg.header)
	}
	if body := send(t, s, "GET", "/sign-in", "", "").body; !strings.Contains(body, `<link rel="icon" href="`+page{}.Icon()+`" type="image/svg+xml">`) {
		t.Error("the page does not name it")
	}
}
