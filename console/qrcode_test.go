package console

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"sekisho/staff"
)

// modules is what a camera sees of a QR code: [y][x] is whether a module is dark. The
// references are to ISO/IEC 18004:2015.
type modules [][]bool

// photographed returns the modules of a drawing on a page, without its margin.
func photographed(t *testing.T, path string, size int) modules {
	t.Helper()
	m := make(modules, size-2*quiet)
	for y := range m {
		m[y] = make([]bool, len(m))
	}
	for part := range strings.SplitSeq(strings.Trim(path, "z"), "z") {
		var x, y, n, back int
		if !scans(part, "M%d %dh%dv1h-%d", &x, &y, &n, &back) || n != back {
			t.Fatalf("a part of the path is %q", part)
		}
		for i := range n {
			m[y-quiet][x-quiet+i] = true
		}
	}
	return m
}

// masks are the conditions under which data modules are inverted (table 10).
var masks = []func(y, x int) bool{
	func(y, x int) bool { return (y+x)%2 == 0 },
	func(y, _ int) bool { return y%2 == 0 },
	func(_, x int) bool { return x%3 == 0 },
	func(y, x int) bool { return (y+x)%3 == 0 },
	func(y, x int) bool { return (y/2+x/3)%2 == 0 },
	func(y, x int) bool { return y*x%2+y*x%3 == 0 },
	func(y, x int) bool { return (y*x%2+y*x%3)%2 == 0 },
	func(y, x int) bool { return ((y+x)%2+y*x%3)%2 == 0 },
}

// blocks are the numbers of blocks and of data codewords in each, of versions 1 to 6 at
// level M (table 9).
var blocks = [][2]int{1: {1, 16}, {1, 28}, {1, 44}, {2, 32}, {2, 43}, {4, 27}}

// function reports whether a module is none of the data: finders with their format
// information, timing, alignment (sections 6.3 and 7.9).
func (m modules) function(y, x int) bool {
	n, last := len(m), len(m)-7 // where the one alignment pattern of versions 2 to 6 is
	switch {
	case y == 6 || x == 6, y < 9 && x < 9, y < 9 && x >= n-8, y >= n-8 && x < 9:
		return true
	}
	return n > 21 && max(y-last, last-y) <= 2 && max(x-last, last-x) <= 2
}

// read returns the codewords in the order in which they are placed (section 7.7.3).
func (m modules) read(t *testing.T) (words []byte) {
	t.Helper()
	format := 0
	for x := range 5 { // above it, of the first copy: level and mask
		format = format << 1
		if m[8][x] {
			format |= 1
		}
	}
	format ^= 0b10101
	if level := format >> 3; level != 0 {
		t.Fatalf("the level of correction is %02b; want M", level)
	}
	mask := masks[format&7]
	bits, word, up := 0, byte(0), true
	for right := len(m) - 1; right > 0; right -= 2 {
		if right == 6 {
			right--
		}
		for i := range m {
			y := i
			if up {
				y = len(m) - 1 - i
			}
			for _, x := range []int{right, right - 1} {
				if m.function(y, x) {
					continue
				}
				word <<= 1
				if m[y][x] != mask(y, x) {
					word |= 1
				}
				if bits++; bits%8 == 0 {
					words = append(words, word)
				}
			}
		}
		up = !up
	}
	return words
}

// text returns what a code says, in byte mode (section 7.4.5).
func (m modules) text(t *testing.T) string {
	t.Helper()
	version := (len(m) - 17) / 4
	if version < 1 || version >= len(blocks) {
		t.Fatalf("the code has %d modules", len(m))
	}
	words, count, each := m.read(t), blocks[version][0], blocks[version][1]
	var data []byte
	for b := range count {
		for i := range each {
			data = append(data, words[i*count+b])
		}
	}
	if data[0]>>4 != 0b0100 {
		t.Fatalf("the mode is %04b; want bytes", data[0]>>4)
	}
	n := data[0]<<4 | data[1]>>4
	var s []byte
	for i := range int(n) {
		s = append(s, data[1+i]<<4|data[2+i]>>4)
	}
	return string(s)
}

// TestPhoneCodes reads the codes of the page as a phone does, for a console that other
// devices reach: they say where the page is, and the certificate in the clear.
func TestPhoneCodes(t *testing.T) {
	t.Parallel()
	s := start(t, func(o *Options) { o.Listen = "0.0.0.0:0" })
	_, port, _ := net.SplitHostPort(s.Addr().String())
	for _, host := range []string{"192.168.1.2", "10.0.0.7", "2001:db8:1234:5678:9abc:def0:1234:5678"} {
		r, err := newGet(net.JoinHostPort(host, port))
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = net.JoinHostPort(host, "50000")
		at := net.TCPAddr{IP: net.ParseIP(host), Port: 8766}
		r = r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, net.Addr(&at)))
		w := httptest.NewRecorder()
		s.serveGuide(w, r, person{name: "hana", role: staff.Viewer})
		var said []string
		for _, svg := range find(t, w.Body.String(), "svg") {
			if attr(svg, "class") == "code" {
				said = append(said, decode(t, svg))
			}
		}
		want := net.JoinHostPort(host, port)
		if len(said) != 2 || said[0] != "http://"+want+"/ca.crt" || said[1] != "https://"+want+"/set-up" {
			t.Errorf("at %s the codes say %q", host, said)
		}
	}
}

// decode reads a code that is drawn on a page, and holds its label to it.
func decode(t *testing.T, svg *html.Node) string {
	t.Helper()
	var size, n int
	if !scans(attr(svg, "viewbox")+attr(svg, "viewBox"), "0 0 %d %d", &size, &n) || size != n {
		t.Fatal("the drawing has no square to be in")
	}
	var path string
	for c := range svg.ChildNodes() {
		if attr(c, "class") == "dark" {
			path = attr(c, "d")
		}
	}
	text := photographed(t, path, size).text(t)
	if label := attr(svg, "aria-label"); !strings.Contains(label, text) {
		t.Errorf("a code that says %q is called %q", text, label)
	}
	return text
}
