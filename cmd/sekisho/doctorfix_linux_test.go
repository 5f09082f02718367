package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sekisho/daemon"
	"sekisho/lan"
)

// apart tells the test's own process that it is on a computer of its own.
const apart = "DOCTOR_TEST_APART"

// TestFixDNS changes the setting of a computer of its own: a network and a file
// system apart, whose root it is. Nothing of this computer is touched.
func TestFixDNS(t *testing.T) {
	if os.Getenv(apart) == "" {
		setApart(t)
		return
	}
	const before = "search office.example\nnameserver 192.0.2.1\n"
	etc := computerApart(t, before)
	config := filepath.Join(t.TempDir(), "sekisho.yaml")
	data := filepath.Join(t.TempDir(), "data")
	write := func(upstreams string) {
		t.Helper()
		text := "listen: {proxy: '127.0.0.1:0', console: '127.0.0.1:0', dns: '127.0.0.1:53'}\nresolver: {upstreams: [" + upstreams + "]}\n"
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sekisho := func(ctx context.Context, args ...string) (code int, out string) {
		var both bytes.Buffer
		code = execute(ctx, append(args, "--config", config, "--data", data), strings.NewReader(""), &both, &both)
		return code, both.String()
	}
	expect := func(wantCode int, words []string, args ...string) {
		t.Helper()
		code, out := sekisho(t.Context(), args...)
		for _, w := range words {
			if !strings.Contains(out, w) {
				t.Errorf("%v does not say %q", args, w)
			}
		}
		if code != wantCode || t.Failed() {
			t.Errorf("%v: exit %d; want %d\n%s", args, code, wantCode, out)
		}
	}
	holds := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(etc); err != nil || string(got) != want {
			t.Errorf("resolv.conf is %q, %v; want %q", got, err, want)
		}
	}

	write("")
	expect(1, []string{"running: no", "sekisho run"}, "doctor", "--fix-dns")
	expect(0, []string{"nothing to undo"}, "doctor", "--undo")
	stop := startApart(t, data, func(ctx context.Context, args ...string) (int, string) {
		return execute(ctx, append(args, "--config", config, "--data", data), strings.NewReader(""), io.Discard, io.Discard), ""
	})
	// It would ask itself.
	expect(1, []string{"resolver.upstreams", "udp://192.0.2.1"}, "doctor", "--fix-dns")
	holds(before)
	write("'udp://127.0.0.1:5399'")
	expect(1, []string{"sudo sekisho doctor --fix-dns --config " + config + " --data " + data}, "doctor")
	readOnly := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("none", etc, "", syscall.MS_REMOUNT|syscall.MS_BIND|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	readOnly(syscall.MS_RDONLY)
	expect(1, []string{"read-only file system", "tried again by: sudo sekisho doctor --fix-dns"}, "doctor", "--fix-dns")
	readOnly(0)
	expect(0, []string{"/etc/resolv.conf: this computer asks 127.0.0.1:53 now", "127.0.0.1:53 leads here"}, "doctor", "--fix-dns")
	holds("# Written by sekisho; \"sekisho doctor --undo\" puts back what was here.\nnameserver 127.0.0.1\nsearch office.example\n")
	expect(1, []string{"changed before", "doctor --undo"}, "doctor", "--fix-dns")
	stop()
	taken, err := net.ListenPacket("udp", "127.0.0.2:53")
	if err != nil {
		t.Fatal(err)
	}
	expect(1, []string{"port 53", "taken by sekisho.test (pid " + strconv.Itoa(os.Getpid())}, "doctor")
	_ = taken.Close()
	expect(1, []string{"no name resolves", "sudo sekisho doctor --undo"}, "doctor")
	expect(0, []string{"/etc/resolv.conf: put back; this computer asks 192.0.2.1"}, "doctor", "--undo")
	holds(before)
	expect(2, []string{"fix-dns undo"}, "doctor", "--undo", "--fix-dns")
}

// TestNetworkOffers tells a network that leads here from those that do not, or not
// all of them.
func TestNetworkOffers(t *testing.T) {
	if os.Getenv(apart) == "" {
		setApart(t)
		return
	}
	computerApart(t, "nameserver 192.0.2.1\n")
	config := filepath.Join(t.TempDir(), "sekisho.yaml")
	data := filepath.Join(t.TempDir(), "data")
	const text = "listen: {proxy: '127.0.0.1:0', console: '127.0.0.1:0', dns: '0.0.0.0:53'}\nresolver: {upstreams: ['udp://127.0.0.1:5399']}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	startApart(t, data, func(ctx context.Context, args ...string) (int, string) {
		return execute(ctx, append(args, "--config", config, "--data", data), strings.NewReader(""), io.Discard, io.Discard), ""
	})
	p, err := (&env{configPath: config, dataPath: data, words: english}).admit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name    string
		source  lan.Source
		servers []string
		state   grade
		words   []string
	}{
		{"leads here", lan.DHCP, []string{"127.0.0.1"}, ok, []string{"DHCP from 192.0.2.1 on lo leads computers here"}},
		{"leads elsewhere", lan.DHCP, []string{"192.0.2.1"}, warn, []string{"ask 192.0.2.1, which is not sekisho", "DHCP settings", "127.0.0.1"}},
		{"a second one", lan.DHCP, []string{"127.0.0.1", "192.0.2.8"}, warn, []string{"192.0.2.8"}},
		{"a router", lan.Router, []string{"2001:db8::1"}, warn, []string{"router advertisement from", "RDNSS"}},
		{"DHCPv6", lan.DHCPv6, []string{"2001:db8::1"}, warn, []string{"DHCPv6 settings"}},
	} {
		o := lan.Offer{Source: tc.source, Interface: "lo", From: netip.MustParseAddr("192.0.2.1")}
		for _, s := range tc.servers {
			o.Servers = append(o.Servers, netip.MustParseAddr(s))
		}
		f := p.judgeOffer(t.Context(), "network DNS", o)
		said := f.Detail + " → " + f.Mend
		for _, w := range tc.words {
			if f.State != tc.state || !strings.Contains(said, w) {
				t.Errorf("%s: %s %s; want %s with %q", tc.name, f.State, said, tc.state, w)
			}
		}
	}
	if found := examineNetwork(t.Context(), p); len(found) != 1 || found[0].State != ok {
		t.Errorf("a network without anybody: %v", found)
	}
}

// startApart starts sekisho and waits until its resolver answers.
func startApart(t *testing.T, data string, sekisho func(context.Context, ...string) (int, string)) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sekisho(ctx, "run")
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if r, err := daemon.ReadRunning(daemon.Dir(data)); err == nil && strings.HasSuffix(r.DNS, ":53") {
			return stop
		} else if time.Now().After(end) {
			t.Fatal("sekisho does not start")
		}
	}
}

// setApart runs the calling test on a computer of its own.
func setApart(t *testing.T) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	home := t.TempDir()
	c.Env = append(os.Environ(), apart+"=1", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "LC_ALL=C")
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
		t.Skipf("skipped: this system lets users have no computer of their own: %v", err)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// computerApart gives this process a loopback network, a resolv.conf and places
// for records of its own, and returns the path of the first.
func computerApart(t *testing.T, resolvConf string) string {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		t.Skipf("skipped: needs the command ip (Debian: iproute2): %v: %s", err, out)
	}
	const etc = "/etc/resolv.conf"
	own := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(own, []byte(resolvConf), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct {
		from, to, kind string
		flags          uintptr
	}{
		{"none", "/", "", syscall.MS_REC | syscall.MS_PRIVATE},
		{"none", "/var/lib", "tmpfs", 0},
		{"none", "/run", "tmpfs", 0},
		{own, etc, "", syscall.MS_BIND},
	} {
		if err := syscall.Mount(m.from, m.to, m.kind, m.flags, ""); err != nil {
			t.Fatalf("mount %s on %s: %v", m.from, m.to, err)
		}
	}
	return etc
}
