package main

import (
	"context"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// systemSettings returns the proxy of the current user's Internet settings, which
// Chrome, Edge and most programs read.
func systemSettings(context.Context) []setting {
	const path = `Software\Microsoft\Windows\CurrentVersion\Internet Settings`
	k, err := registry.OpenKey(registry.CURRENT_USER, path, registry.QUERY_VALUE)
	if err != nil {
		return nil
	}
	defer func() { _ = k.Close() }() // it was only read
	if pac, _, err := k.GetStringValue("AutoConfigURL"); err == nil && pac != "" {
		return []setting{{"Windows", pac}}
	}
	if on, _, err := k.GetIntegerValue("ProxyEnable"); err != nil || on == 0 {
		return []setting{{"Windows", ""}}
	}
	server, _, err := k.GetStringValue("ProxyServer")
	if err != nil {
		return nil
	}
	return []setting{{"Windows", secureProxy(server)}}
}

// secureProxy picks the proxy for HTTPS out of "host:port" or of
// "http=host:port;https=host:port".
func secureProxy(server string) string {
	for part := range strings.SplitSeq(server, ";") {
		scheme, addr, named := strings.Cut(part, "=")
		if !named {
			return part
		}
		if scheme == "https" {
			return addr
		}
	}
	return ""
}
