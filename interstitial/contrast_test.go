package interstitial

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pairs are the colours that meet on a page, foreground first, with the ratio
// that WCAG 2.2 asks for at level AA: 4.5 for text (1.4.3), 3 for what outlines
// a control or carries meaning (1.4.11).
var pairs = []struct {
	fg, bg string
	ratio  float64
}{
	{"ink", "card", 4.5},
	{"ink", "paper", 4.5},
	{"ink", "red-wash", 4.5},
	{"ink", "amber-wash", 4.5},
	{"ink", "calm-wash", 4.5},
	{"ink", "mark", 4.5},
	{"soft", "card", 4.5},
	{"soft", "paper", 4.5},
	{"soft", "red-wash", 4.5}, // the gate in a notice
	{"red", "red-wash", 4.5},
	{"amber", "amber-wash", 4.5},
	{"calm", "calm-wash", 4.5},
	{"red", "card", 4.5},
	{"amber", "card", 4.5},
	{"calm", "card", 4.5},
	{"accent", "card", 4.5},
	{"accent", "paper", 4.5},
	{"accent", "red-wash", 4.5},
	{"accent", "amber-wash", 4.5},
	{"on-accent", "accent", 4.5},
	{"edge", "card", 3},
	{"edge", "mark", 3},
}

// decoration is what carries no meaning: the rules between paragraphs.
var decoration = []string{"line"}

var (
	property = regexp.MustCompile(`--([a-z-]+):\s*(#[0-9a-f]{6});`)
	hexValue = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`)
)

// palettes returns the colours of the sheet by scheme. Dark overrides light.
func palettes(t *testing.T) map[string]map[string]string {
	t.Helper()
	light, rest, ok := strings.Cut(styleSheet, "@media screen and (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("style.css has no dark scheme")
	}
	dark, _, _ := strings.Cut(rest, "\n}\n")
	m := map[string]map[string]string{"light": {}, "dark": {}}
	for _, d := range property.FindAllStringSubmatch(light, -1) {
		m["light"][d[1]] = d[2]
	}
	maps.Copy(m["dark"], m["light"])
	for _, d := range property.FindAllStringSubmatch(dark, -1) {
		m["dark"][d[1]] = d[2]
	}
	return m
}

// luminance is the relative luminance of "#rrggbb" as WCAG defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatalf("colour %q: %v", hex, err)
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
			fg, bg := colours[p.fg], colours[p.bg]
			if fg == "" || bg == "" {
				t.Errorf("%s: no colour %q or %q in style.css", scheme, p.fg, p.bg)
				continue
			}
			a, b := luminance(t, fg), luminance(t, bg)
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < p.ratio {
				t.Errorf("%s: %s on %s has %.2f:1; want %.1f:1", scheme, p.fg, p.bg, got, p.ratio)
			}
		}
		for name := range colours {
			used := slices.ContainsFunc(pairs, func(p struct {
				fg, bg string
				ratio  float64
			},
			) bool {
				return p.fg == name || p.bg == name
			})
			if !used && !slices.Contains(decoration, name) {
				t.Errorf("%s: colour %q is in no pair", scheme, name)
			}
		}
	}
}

// Colours enter through the palette only, or the test above would miss them.
func TestColoursAreNamed(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(styleSheet) {
		if hexValue.MatchString(line) && !strings.Contains(line, "--") {
			t.Errorf("colour outside the palette: %s", line)
		}
		if strings.Contains(line, "rgb") || strings.Contains(line, "hsl") {
			t.Errorf("colour in another notation: %s", line)
		}
	}
}
