package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"sekisho/config"
	"sekisho/daemon"
)

const doctorHelp = `Look at everything that sekisho needs and print, for each, whether it is well and
what mends it when it is not. Nothing is changed. Only the resolver of the running
sekisho is asked for a name outside, and the places that events are sent to are
connected to, with nothing said. When it serves a network, the network is asked
which name servers it tells its computers; on Linux that needs root.

With --fix-dns this computer is set to ask the running sekisho for names (in
systemd-resolved, NetworkManager, resolv.conf, the network services of macOS or the
adapters of Windows), and with --undo what was there before is put back, but for
what somebody else changed since. Both need an administrator.

The exit code is 1 when something fails; warnings do not count.`

// grade says how well a thing is.
type grade string

// The grades.
const (
	ok   grade = "ok"
	warn grade = "warn"
	fail grade = "fail"
)

// finding is one line of the report. Mend is what to do, often a command.
type finding struct {
	Check  string `json:"check"`
	State  grade  `json:"state"`
	Detail string `json:"detail"`
	Mend   string `json:"mend,omitempty"`
}

// patient is what the checks look at. A check that needs what an earlier one could
// not find says nothing.
type patient struct {
	e       *env
	now     time.Time
	config  config.Config
	loaded  *daemon.Loaded // nil when the configuration is wrong
	dir     daemon.Dir
	running *daemon.Running // nil when sekisho does not run
	// forPrograms says that the report is JSON.
	forPrograms bool
}

// checkups is every check, in the order of the report. Later ones rely on what
// earlier ones found.
var checkups = []func(context.Context, *patient) []finding{
	examineConfig,
	examineFolder,
	examineRunning,
	examineCA,
	examineTrust,
	examineProxySetting,
	examineResolver,
	examineUpstream,
	examinePort,
	examineSystem,
	examineNetwork,
	examinePage,
	examineJournal,
	examineSinks,
	examineMetrics,
	examineUsers,
	examineClients,
	examineClock,
}

// checkupTimeout bounds each check; a store or a resolver that hangs is a finding.
const checkupTimeout = 10 * time.Second

func doctorCommand(e *env) *cobra.Command {
	var asJSON, fix, undo bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is set up, what is not, and what mends it",
		Long:  doctorHelp,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case fix:
				return e.fixDNS(c.Context())
			case undo:
				return e.undoDNS(c.Context())
			}
			return e.doctor(c.Context(), asJSON)
		},
	}
	c.Flags().BoolVar(&fix, "fix-dns", false, "set this computer to ask the running sekisho for names")
	c.Flags().BoolVar(&undo, "undo", false, "put back what --fix-dns changed")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line: check, state, detail, mend")
	c.MarkFlagsMutuallyExclusive("fix-dns", "undo", "json")
	return c
}

func (e *env) doctor(ctx context.Context, asJSON bool) error {
	p := &patient{e: e, now: time.Now(), forPrograms: asJSON}
	failing := 0
	for _, examine := range checkups {
		limited, cancel := context.WithTimeout(ctx, checkupTimeout)
		found := examine(limited, p)
		cancel()
		for _, f := range found {
			if f.State == fail {
				failing++
			}
			if err := e.printFinding(f, asJSON); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if failing > 0 {
		return &failure{code: codeFailed}
	}
	return nil
}

func (e *env) printFinding(f finding, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(e.out)
		out.SetEscapeHTML(false)
		return out.Encode(f)
	}
	if _, err := fmt.Fprintf(e.out, "%-5s %-14s %s\n", f.State, f.Check, f.Detail); err != nil {
		return err
	}
	if f.Mend == "" {
		return nil
	}
	_, err := fmt.Fprintf(e.out, "%21s→ %s\n", "", f.Mend)
	return err
}
