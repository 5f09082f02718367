package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"runtime"
	"slices"
	"strings"

	"sekisho/systemdns"
)

// privileged is a command line for an administrator, whose data folder would be
// another one unless it is named.
func (p *patient) privileged(args string) string {
	e := *p.e
	if e.dataPath == "" {
		e.dataPath = string(p.dir)
	}
	if runtime.GOOS == "windows" {
		return p.say("as an administrator: %s", "管理者として: %s", e.command(args))
	}
	return "sudo " + e.command(args)
}

// needUpstreams says what has to be set before this computer asks sekisho: until
// then sekisho asks what this computer asks, which would be itself.
func (p *patient) needUpstreams() string {
	servers, _, err := systemdns.Servers()
	example := "udp://192.168.1.1"
	if err == nil && len(servers) > 0 && !servers[0].Addr().IsLoopback() {
		example = "udp://" + strings.TrimSuffix(servers[0].String(), ":53")
	}
	return p.say("set resolver.upstreams to servers outside first, such as [%s], and restart sekisho",
		"先に resolver.upstreams に外のサーバーを設定し (例: [%s])、sekisho を再起動してください", example)
}

// fixDNS has this computer ask the running resolver, and looks whether it does.
func (e *env) fixDNS(ctx context.Context) error {
	p, err := e.admit(ctx)
	if err != nil {
		return err
	}
	if p.running.DNS == "" {
		return failed(errors.New("the resolver is switched off"), "set listen.dns to 127.0.0.1:53, and restart sekisho")
	}
	if len(p.config.Resolver.Upstreams) == 0 {
		return failed(errors.New("sekisho would ask itself: resolver.upstreams is empty, which means what this computer asks"), "%s", p.needUpstreams())
	}
	server, err := netip.ParseAddrPort(reachable(p.running.DNS))
	if err != nil {
		return failed(fmt.Errorf("the resolver's address %q: %w", p.running.DNS, err), "")
	}
	place, err := systemdns.This().Use(ctx, server)
	switch {
	case errors.Is(err, systemdns.ErrPort):
		return failed(fmt.Errorf("%s has no room for a port, and sekisho listens on %s", place, p.running.DNS), "set listen.dns to %s:53, and restart sekisho", server.Addr())
	case errors.Is(err, systemdns.ErrChanged):
		return failed(err, "put it back first: %s", p.privileged("doctor --undo"))
	case err != nil:
		return p.notChanged(err, "doctor --fix-dns")
	}
	if _, err := fmt.Fprintf(e.out, "%s: this computer asks %s now; back with: %s\n", place, server, p.privileged("doctor --undo")); err != nil {
		return err
	}
	found := examineSystem(ctx, p)
	leads := slices.ContainsFunc(found, func(f finding) bool { return f.State == ok })
	for _, f := range found {
		if !leads { // what mends it was just done
			f.Mend = ""
		}
		if err := e.printFinding(f, false); err != nil {
			return err
		}
	}
	if !leads {
		return failed(errors.New("this computer asks another server all the same"), "put the setting back, and have that program ask sekisho: %s", p.privileged("doctor --undo"))
	}
	return nil
}

// undoDNS puts back what this computer asked before fixDNS.
func (e *env) undoDNS(ctx context.Context) error {
	left, err := systemdns.This().Restore(ctx)
	var reload *systemdns.ReloadError
	for _, name := range left {
		e.say("left as it is, because it leads elsewhere by now or is not there: %s", name)
	}
	switch {
	case errors.Is(err, systemdns.ErrUnchanged):
		_, err = fmt.Fprintln(e.out, "nothing to undo: sekisho has not changed what this computer asks")
		return err
	case errors.As(err, &reload):
		return failed(err, "restart %s", reload.Way)
	case err != nil:
		return (&patient{e: e}).notChanged(err, "doctor --undo")
	}
	servers, place, err := systemdns.Servers()
	return e.sayUndone(servers, place, len(left) > 0, err)
}

// sayUndone tells what this computer asks now that the setting is put back, unless
// something was left as it was. That there is no setting, which err tells, may well
// be as it was.
func (e *env) sayUndone(servers []netip.AddrPort, place string, left bool, err error) error {
	what := "put back; "
	if left {
		what = ""
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = fmt.Fprintf(e.out, "%s: %sthere is no such file\n", place, what)
		return err
	case err != nil:
		return failed(err, "")
	}
	_, err = fmt.Fprintf(e.out, "%s: %sthis computer asks %s\n", place, what, join(servers))
	return err
}

// admit finds the running sekisho.
func (e *env) admit(ctx context.Context) (*patient, error) {
	p := &patient{e: e}
	for _, examine := range []func(context.Context, *patient) []finding{examineConfig, examineFolder, examineRunning} {
		for _, f := range examine(ctx, p) {
			if f.State == fail {
				return nil, failed(fmt.Errorf("%s: %s", f.Check, f.Detail), "%s", f.Mend)
			}
		}
	}
	if p.running == nil {
		return nil, failed(errors.New("sekisho does not run"), "%s", e.command("run"))
	}
	return p, nil
}

// notChanged reports that the setting could not be changed.
func (p *patient) notChanged(err error, args string) error {
	if errors.Is(err, fs.ErrPermission) {
		return failed(err, "only an administrator may change this: %s", p.privileged(args))
	}
	return failed(err, "what could not be done is tried again by: %s", p.privileged(args))
}
