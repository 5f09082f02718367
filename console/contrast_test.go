package console

import (
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pairs are the colours that meet on a page, foreground first, with the ratio that
// WCAG 2.2 asks for at level AA: 4.5 for text (1.4.3), 3 for what carries meaning or
// outlines a control (1.4.11).
var pairs = []struct {
	fg, bg string
	ratio  float64
}{
	{"ink", "card", 4.5},
	{"ink", "paper", 4.5},
	{"ink", "calm-wash", 4.5},
	{"ink", "red-wash", 4.5},
	{"ink", "amber-wash", 4.5},
	{"soft", "card", 4.5},
	{"soft", "calm-wash", 4.5},
	{"soft", "red-wash", 4.5},
	{"soft", "amber-wash", 4.5},
	{"accent", "calm-wash", 4.5},
	{"accent", "red-wash", 4.5},
	{"accent", "amber-wash", 4.5},
	{"soft", "paper", 4.5},
	{"red", "red-wash", 4.5},
	{"amber", "amber-wash", 4.5},
	{"calm", "calm-wash", 4.5},
	{"accent", "card", 4.5},
	{"accent", "paper", 4.5},
	{"on-accent", "accent", 4.5},
	{"red", "card", 3},   // bars
	{"amber", "card", 3}, // their outline
	{"calm", "card", 3},
	{"edge", "card", 3},
	{"edge", "paper", 3},
}

// palettes returns the colours of the style sheet by scheme.
func palettes(t *testing.T) map[string]map[string]string {
	t.Helper()
	property := regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6});`)
	light, rest, ok := strings.Cut(string(styleSheet), "@media screen and (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("the style sheet has no dark scheme")
	}
	m := map[string]map[string]string{"light": {}, "dark": {}}
	for _, d := range property.FindAllStringSubmatch(light, -1) {
		m["light"][d[1]] = d[2]
	}
	maps.Copy(m["dark"], m["light"])
	for _, d := range property.FindAllStringSubmatch(rest, -1) {
		m["dark"][d[1]] = d[2]
	}
	return m
}

// luminance is the relative luminance of "#rrggbb" as WCAG defines it.
func luminance(t *testing.T, colour string) (sum float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatalf("colour %q: %v", colour, err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestContrast(t *testing.T) {
	t.Parallel()
	for scheme, colours := range palettes(t) {
		for _, p := range pairs {
			if colours[p.fg] == "" || colours[p.bg] == "" {
				t.Fatalf("%s: no colour %q or %q", scheme, p.fg, p.bg)
			}
			a, b := luminance(t, colours[p.fg]), luminance(t, colours[p.bg])
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < p.ratio {
				t.Errorf("%s: %s on %s has %.2f:1; want %.1f:1", scheme, p.fg, p.bg, got, p.ratio)
			}
		}
	}
	// A colour outside the palette would escape the table above.
	for line := range strings.Lines(string(styleSheet)) {
		if regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgb|hsl`).MatchString(line) && !strings.Contains(line, "--") {
			t.Errorf("colour outside the palette: %s", line)
		}
	}
}
