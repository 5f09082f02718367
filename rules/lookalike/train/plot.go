package main

import (
	"fmt"
	"math"
	"strings"
)

// Sizes of the plot, in its own units.
const (
	plotWidth, plotHeight = 720, 440
	plotLeft, plotRight   = 64, 700
	plotTop, plotBottom   = 24, 380
	plotLeast, plotMost   = 1.0, 1000.0 // false positives in a million
	plotFloor             = 0.5         // recall at the bottom
)

func plotX(perMillion float64) float64 {
	return plotLeft + (plotRight-plotLeft)*math.Log10(perMillion/plotLeast)/math.Log10(plotMost/plotLeast)
}

func plotY(recall float64) float64 {
	return plotBottom - (plotBottom-plotTop)*(max(recall, plotFloor)-plotFloor)/(1-plotFloor)
}

// colours tell the ways apart, also for eyes that do not see red.
var colours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7f7f7f"}

// plot draws recall against false positives, one line for each way.
func plot(ways []way) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" role="img">`+"\n", plotWidth, plotHeight)
	b.WriteString("<title>Recall against false positives in a million ordinary names</title>\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", plotWidth, plotHeight)
	for _, r := range []float64{0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1} {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#dddddd"/><text x="%d" y="%.1f" text-anchor="end">%.0f %%</text>`+"\n",
			plotLeft, plotY(r), plotRight, plotLeft-6, plotY(r)+4, 100*r)
	}
	for _, n := range []float64{1, 5, 10, 50, 100, 500, 1000} {
		fmt.Fprintf(&b, `<path d="M%.1f %dV%d" stroke="#dddddd"/><text x="%.1f" y="%d" text-anchor="middle">%.0f</text>`+"\n",
			plotX(n), plotTop, plotBottom, plotX(n), plotBottom+18, n)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">false positives in a million ordinary names</text>`+"\n", (plotLeft+plotRight)/2, plotBottom+40)
	for i, w := range ways {
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", w.curve(), colours[i%len(colours)])
		y := plotBottom - 20*(len(ways)-i)
		fmt.Fprintf(&b, `<path d="M440 %dh24" stroke="%s" stroke-width="3"/><text x="470" y="%d">%s</text>`+"\n", y, colours[i%len(colours)], y+4, w.name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// curve returns the path of w: a step for every ordinary name that is met.
func (w *way) curve() string {
	worst := negatives(w.all, w.sum)
	var b strings.Builder
	letter := "M"
	for k := 0; k < len(worst); k++ {
		perMillion := float64(k+1) * 1e6 / float64(len(worst))
		if perMillion > plotMost || w.sum(worst[k]) == never {
			break
		}
		if k > 50 && k%10 != 0 {
			continue
		}
		at := w.sum(worst[k])
		if at < surely {
			at++
		}
		for _, c := range recall(w.all, w.sum, at, together) {
			fmt.Fprintf(&b, "%s%.1f %.1f", letter, plotX(max(plotLeast, perMillion)), plotY(float64(c.found)/float64(c.all)))
		}
		letter = "L"
	}
	return b.String()
}
