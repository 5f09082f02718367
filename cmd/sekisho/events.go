package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sekisho/config"
	"sekisho/hostname"
	"sekisho/journal"
	"sekisho/journal/export"
)

const eventsHelp = `Print what the journal has, oldest first, also while "sekisho run" is running.
Filters hold together. --host and --client match exactly.

With --json, each line is an object; with --csv, the first line names the columns
and no cell is taken for a formula by a spreadsheet.`

// eventFlags are the flags of events as they were given.
type eventFlags struct {
	follow, json, csv                           bool
	since, action, host, client, door, severity string
	limit                                       int
}

func eventsCommand(e *env) *cobra.Command {
	var f eventFlags
	c := &cobra.Command{
		Use:     "events",
		Short:   "Print what was decided, from the journal",
		Long:    eventsHelp,
		Example: "  sekisho events --follow\n  sekisho events --since 7d --action block --csv > blocked.csv",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return e.events(c.Context(), f) },
	}
	flags := c.Flags()
	flags.BoolVarP(&f.follow, "follow", "f", false, "go on with new events until interrupted")
	flags.StringVar(&f.since, "since", "", "events of the last `TIME` (24h, 7d) or since a date (2026-01-31, RFC 3339)")
	flags.StringVar(&f.action, "action", "", "allow, warn, block, hold or release")
	flags.StringVar(&f.host, "host", "", "events of this very `HOST`")
	flags.StringVar(&f.client, "client", "", "events of the client with this `ADDRESS`")
	flags.StringVar(&f.door, "door", "", "proxy, dns, page, guard, console or system")
	flags.StringVar(&f.severity, "severity", "", "red, amber or info")
	flags.IntVar(&f.limit, "limit", 0, "the newest `N` alone; 0 is all")
	flags.BoolVar(&f.json, "json", false, "print one JSON object a line")
	flags.BoolVar(&f.csv, "csv", false, "print CSV with a header")
	c.MarkFlagsMutuallyExclusive("json", "csv")
	return c
}

func (e *env) events(ctx context.Context, f eventFlags) error {
	filter, err := f.filter(time.Now())
	if err != nil {
		return err
	}
	dir, err := e.dir()
	if err != nil {
		return err
	}
	r, err := e.openJournal(ctx, dir.Journal(), f.follow)
	if err != nil || r == nil {
		return err
	}
	defer func() { _ = r.Close() }() // nothing was written
	events := r.Events(ctx, filter)
	if f.follow {
		events = r.Follow(ctx, filter)
	}
	switch {
	case f.json:
		err = export.JSON(e.out, events)
	case f.csv:
		err = export.CSV(e.out, events)
	default:
		err = writeTable(e.out, events)
	}
	if f.follow && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// openEvery is how often a follower looks for a journal that is not there yet.
const openEvery = 300 * time.Millisecond

// openJournal opens the journal. A follower waits for one to be made; when it is
// interrupted before, there is neither a reader nor an error.
func (e *env) openJournal(ctx context.Context, path string, wait bool) (*journal.Reader, error) {
	told := false
	for {
		r, err := journal.OpenReader(path)
		if !wait || !errors.Is(err, journal.ErrNoJournal) {
			return r, err
		}
		if !told {
			told = true
			e.say("Nothing was recorded at %s yet; waiting.", path)
		}
		select {
		case <-ctx.Done():
			return nil, nil
		case <-time.After(openEvery):
		}
	}
}

// The words that filters accept.
var (
	actions    = []string{journal.ActionAllow, journal.ActionWarn, journal.ActionBlock, journal.ActionHold, journal.ActionRelease}
	doors      = []string{journal.DoorProxy, journal.DoorDNS, journal.DoorPage, journal.DoorGuard, journal.DoorConsole, journal.DoorSystem}
	severities = []string{journal.SeverityRed, journal.SeverityAmber, journal.SeverityInfo}
)

// filter returns the flags as a filter, or says which is wrong and what it accepts.
func (f eventFlags) filter(now time.Time) (journal.Filter, error) {
	out := journal.Filter{Action: f.action, Door: f.door, Severity: f.severity, Limit: f.limit}
	for _, word := range []struct {
		flag, value string
		accepted    []string
	}{{"action", f.action, actions}, {"door", f.door, doors}, {"severity", f.severity, severities}} {
		if word.value != "" && !slices.Contains(word.accepted, word.value) {
			return out, misuse(fmt.Errorf("--%s %q: want %s", word.flag, word.value, strings.Join(word.accepted, ", ")), "")
		}
	}
	if f.limit < 0 {
		return out, misuse(fmt.Errorf("--limit %d: want 0 or more", f.limit), "")
	}
	var err error
	if out.Since, err = since(f.since, now); err != nil {
		return out, misuse(fmt.Errorf("--since %q: %w", f.since, err), "")
	}
	if f.host != "" {
		n, err := hostname.ParseRecorded(f.host)
		if err != nil {
			n, err = hostname.ParseInput(f.host)
		}
		if err != nil {
			return out, misuse(fmt.Errorf("--host %q: want the name of a host such as shop.example", f.host), "")
		}
		out.Host = n.String()
	}
	if f.client != "" {
		a, err := netip.ParseAddr(f.client)
		if err != nil {
			return out, misuse(fmt.Errorf("--client %q: want an address such as 192.168.1.20", f.client), "")
		}
		out.Client = a.Unmap().String()
	}
	return out, nil
}

var errSince = errors.New("want a length of time such as 24h or 7d, a date such as 2026-01-31, or a time in RFC 3339 form")

// since reads the start of a period: so long before now, or a point in time.
func since(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d, err := config.ParseDuration(s); err == nil {
		return now.Add(-time.Duration(d)), nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, now.Location()); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, errSince
	}
	return t, nil
}

// writeTable prints events for people, in local time. Columns have fixed widths,
// because a follower cannot know what is to come.
func writeTable(w io.Writer, events iter.Seq2[journal.Event, error]) error {
	const row = "%-19s  %-7s  %-40s  %s%s\n"
	head := false
	for ev, err := range events {
		if err != nil {
			return err
		}
		if !head {
			head = true
			if _, err := fmt.Fprintf(w, row, "TIME", "ACTION", "HOST", "WHY", "  CLIENT"); err != nil {
				return err
			}
		}
		client := ""
		if ev.Client != "" {
			client = "  " + ev.Client
			if ev.Device != "" {
				client += " " + ev.Device
			}
		}
		_, err = fmt.Fprintf(w, row, ev.Time.Local().Format(time.DateTime), ev.Action, ev.Host,
			why(ev.Ground, ev.Technique, ev.Target, ev.Detail)+carried(ev)+observed(ev), client)
		if err != nil {
			return err
		}
	}
	return nil
}

// observed tells of what was only recorded.
func observed(ev journal.Event) string {
	if !ev.Observed {
		return ""
	}
	return "; passed (mode: observe)"
}

// carried tells of a request that was stopped whose sign-in it was, which fields
// had it, and whether any of it had left.
func carried(ev journal.Event) string {
	if ev.Door != journal.DoorGuard {
		return ""
	}
	var parts []string
	if ev.Account != "" {
		parts = append(parts, "account "+ev.Account)
	}
	if len(ev.Fields) > 0 {
		parts = append(parts, "fields "+strings.Join(ev.Fields, " "))
	}
	switch {
	case ev.Sent == nil:
	case *ev.Sent:
		parts = append(parts, "sent")
	default:
		parts = append(parts, "not sent")
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + strings.Join(parts, "; ")
}
