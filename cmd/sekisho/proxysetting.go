package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
)

// setting is a place from which programs learn their proxy, and what it says: an
// address, the URL of an automatic configuration, or "" for none.
type setting struct {
	place string
	value string
}

// environmentSettings returns what command-line programs, and Chromium on plain
// desktops, read.
func environmentSettings() []setting {
	var all []setting
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if v := os.Getenv(name); v != "" {
			all = append(all, setting{"$" + name, v})
		}
	}
	return all
}

// examineProxySetting looks whether the places that browsers read lead to the
// running proxy. Firefox has a setting of its own, which is not looked at.
func examineProxySetting(ctx context.Context, p *patient) []finding {
	const check = "proxy setting"
	if p.running == nil || p.running.Proxy == "" {
		return nil
	}
	mend := p.say("set the proxy of the system or the browser to %s", "システムまたはブラウザーのプロキシを %s に設定してください", reachable(p.running.Proxy))
	if p.running.Console != "" {
		mend += p.say(", or its automatic configuration to http://%s/proxy.pac", "。自動構成 (PAC) の URL を http://%s/proxy.pac に設定する方法もあります", reachable(p.running.Console))
	}
	var found []finding
	for _, s := range append(systemSettings(ctx), environmentSettings()...) {
		switch {
		case s.value == "":
			found = append(found, finding{check, warn, p.say("%s: none", "%s: なし", s.place), mend})
		case p.leadsHere(s.value):
			found = append(found, finding{check, ok, fmt.Sprintf("%s: %s", s.place, withoutUser(s.value)), ""})
		default:
			found = append(found, finding{check, warn, p.say("%s: %s, which is not sekisho", "%s: %s (sekisho ではありません)", s.place, withoutUser(s.value)), mend})
		}
	}
	if len(found) == 0 {
		found = append(found, finding{check, warn, p.say("no setting of the system found; a browser may have its own", "システムの設定が見つかりません。ブラウザー自身の設定があるかもしれません"), mend})
	}
	return found
}

// leadsHere reports whether a proxy setting names a listener of the running sekisho.
func (p *patient) leadsHere(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil {
		return false
	}
	return sameListener(u.Host, p.running.Proxy) || u.Path == "/proxy.pac" && sameListener(u.Host, p.running.Console)
}

// sameListener reports whether host:port reaches the listener at addr.
func sameListener(hostport, addr string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return false
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	want := reachable(addr)
	if net.JoinHostPort(host, port) == want {
		return true
	}
	onHost, onPort, err := net.SplitHostPort(addr)
	return err == nil && port == onPort && net.ParseIP(onHost).IsUnspecified()
}

// withoutUser hides a user and password in a proxy setting.
func withoutUser(value string) string {
	at := strings.LastIndexByte(value, '@')
	if at < 0 {
		return printable(value)
	}
	scheme, _, ok := strings.Cut(value, "://")
	if !ok || len(scheme) > at {
		return printable("xxxxx" + value[at:])
	}
	return printable(scheme + "://xxxxx" + value[at:])
}
