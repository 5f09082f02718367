package lookalike

import (
	"math"
	"strings"
	"sync"

	"sekisho/hostname"
)

// desk is what a closer look needs, kept for the next name: techniques are
// called through a table, which would have each view allocated.
type desk struct {
	view    view
	found   recall
	details strings.Builder
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// sheet is what details are written on, one after the other, so that few of
// them allocate. A detail keeps its sheet alive; so it is small.
const sheet = 1024

// clear puts d back for the next name; it keeps none alive.
func (d *desk) clear() {
	if d.view.name != (hostname.Name{}) {
		d.view = view{}
	}
	d.found.n = 0
	desks.Put(d)
}

// keep returns b as a string.
func (d *desk) keep(b []byte) string {
	if d.details.Cap()-d.details.Len() < len(b) {
		d.details = strings.Builder{}
		d.details.Grow(max(sheet, len(b)))
	}
	from := d.details.Len()
	d.details.Write(b)
	return d.details.String()[from:]
}

// Match is [MatchBelow] by the weights of m.
func (m *Model) Match(n hostname.Name, suffix string) (Finding, bool) {
	// Nearly every name is done here, on the stack and without its suffix.
	var first view
	candidate := m.candidate(&first, n)
	d := first.desk
	if d != nil {
		defer d.clear()
	}
	if !candidate {
		return Finding{}, false
	}
	if d == nil {
		d = desks.Get().(*desk)
		defer d.clear()
	}
	v := &d.view
	v.desk = d
	v.customers = suffix != ""
	most := 0.0
	m.walk(v, n, suffix, func() bool {
		most = max(most, m.points(v))
		return most < blockPoints
	})
	if most < warnPoints {
		return Finding{}, false
	}
	return d.finding(most), true
}

// points returns what v is worth as far as it has been read: what the trees
// say, or the techniques if they are sure, and never more than who speaks in
// the name allows.
func (m *Model) points(v *view) float64 {
	if v.ctx.known {
		return 0
	}
	var f [FeatureCount]int16
	m.measure(v, &f)
	least, most := v.bounds(&f)
	if least >= blockPoints || most < warnPoints {
		return least // the trees would change no verdict
	}
	m.measureGrams(v, &f)
	return max(least, min(most, m.scale(m.Forest.Sum(&f))))
}

// bounds returns the points that v has at least and at most, whatever the
// trees say.
func (v *view) bounds(f *[FeatureCount]int16) (least, most float64) {
	hand := float64(f[fPoints]) / 16
	switch {
	case hand >= surePoints:
		least = hand
	case hand >= blockPoints: // one half is sure, the other may not be
		least = warnPoints
	}
	most = math.Inf(1)
	switch v.cap(f) {
	case byTechniques:
		most = min(hand, cappedMost)
	case warned:
		most = cappedMost
	}
	return max(min(least, most), v.floor()), most
}

// surePoints is when the techniques need no trees to block a name.
const surePoints = blockPoints + 1

// scale turns a sum of the trees into points: m.Warn into warnPoints, m.Block
// into blockPoints.
func (m *Model) scale(sum int32) float64 {
	if m.Block <= m.Warn {
		return 0
	}
	points := warnPoints + (blockPoints-warnPoints)*float64(sum-m.Warn)/float64(m.Block-m.Warn)
	if sum >= m.Block {
		points = max(points, blockPoints) // not a rounding error below
	}
	return points
}

// finding explains the view.
func (d *desk) finding(points float64) Finding {
	v := &d.view
	h, t, _ := v.judge()
	f := Finding{Technique: "resemblance", Target: v.target(), Score: score(points)}
	if h != nil {
		f.Technique = techniques[t].name
	}
	var buf [512]byte
	b := v.appendDetail(buf[:0], h, f.Technique, f.Target, points)
	f.Detail = d.keep(b)
	return f
}
