package console

import (
	"time"

	"sekisho/journal"
)

// The chart's drawing, in units of its view box.
const (
	chartWidth  = 720
	chartHeight = 120
)

// bar is one period of a chart.
type bar struct {
	From, To time.Time
	Label    string
	Red      int // events
	Amber    int
	Count    map[string]int // events by action

	// Where it is drawn: red from the ground up, amber on top of it.
	X, Width            int
	RedY, RedHeight     int
	AmberY, AmberHeight int
}

// chart counts the events of a time, period by period.
type chart struct {
	Name          string // group of its texts
	Width, Height int
	Bars          []bar
	Most          int // events in the tallest bar
	Red, Amber    int // of all bars
	Count         map[string]int
}

// From is the beginning of the chart, as addresses have it.
func (c chart) From() string { return stamp(c.Bars[0].From) }

// To is the end of the chart, as addresses have it.
func (c chart) To() string { return stamp(c.Bars[len(c.Bars)-1].To) }

// Since is the beginning of the bar, as addresses have it.
func (b bar) Since() string { return stamp(b.From) }

// Until is the end of the bar, as addresses have it.
func (b bar) Until() string { return stamp(b.To) }

// hourly is an empty chart of the 24 hours that end with the one that is running.
func hourly(now time.Time) chart {
	end := hourEnd(now)
	c := chart{Name: "day"}
	for i := 24; i > 0; i-- {
		from := end.Add(-time.Duration(i) * time.Hour)
		c.Bars = append(c.Bars, bar{From: from, To: from.Add(time.Hour), Label: from.In(now.Location()).Format("01-02 15:04")})
	}
	return c
}

// hourEnd is the end of the hour that is running.
func hourEnd(now time.Time) time.Time { return now.UTC().Truncate(time.Hour).Add(time.Hour) }

// daily is an empty chart of the 30 days of now's zone that end with today. Days
// begin with a full hour of UTC, as what is counted does: where midnight is within one,
// that hour counts for the day that begins in it, but for the present one until then.
func daily(now time.Time) chart {
	c := chart{Name: "month"}
	for i := 29; i >= 0; i-- {
		from := journal.Midnight(now, -i)
		to := journal.Midnight(now, 1-i)
		c.Bars = append(c.Bars, bar{
			From: from.UTC().Truncate(time.Hour), To: to.UTC().Truncate(time.Hour), Label: from.Format(time.DateOnly),
		})
	}
	if last, end := &c.Bars[len(c.Bars)-1], hourEnd(now); end.After(last.To) {
		last.To = end
	}
	return c
}

// count adds the counts, which ascend, to the bars that they belong to, and lays the
// bars out.
func (c *chart) count(hours []journal.HourCount) {
	c.Count = map[string]int{}
	i := 0
	for _, h := range hours {
		for i < len(c.Bars) && !h.Hour.Before(c.Bars[i].To) {
			i++
		}
		if i == len(c.Bars) {
			break
		}
		b := &c.Bars[i]
		if h.Hour.Before(b.From) {
			continue
		}
		switch h.Severity {
		case journal.SeverityRed:
			b.Red += h.Events
			c.Red += h.Events
		case journal.SeverityAmber:
			b.Amber += h.Events
			c.Amber += h.Events
		}
		c.Count[h.Action] += h.Events
		c.Most = max(c.Most, b.Red+b.Amber)
	}
	c.draw()
}

// draw gives the bars their places. One event is two units high at least, so that a
// single one among thousands is seen.
func (c *chart) draw() {
	c.Width, c.Height = chartWidth, chartHeight
	step := chartWidth / len(c.Bars)
	height := func(n int) int {
		if n == 0 {
			return 0
		}
		return max(2, n*(chartHeight-4)/c.Most)
	}
	for i := range c.Bars {
		b := &c.Bars[i]
		b.X, b.Width = i*step+2, step-4
		b.RedHeight, b.AmberHeight = height(b.Red), height(b.Amber)
		b.RedY = chartHeight - b.RedHeight
		b.AmberY = b.RedY - b.AmberHeight
	}
}
