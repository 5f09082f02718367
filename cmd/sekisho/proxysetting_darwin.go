package main

import (
	"context"
	"os/exec"
	"strings"
)

// systemSettings returns the proxy of the network in use, as scutil prints it in
// lines such as "  HTTPSProxy : 127.0.0.1".
func systemSettings(ctx context.Context) []setting {
	out, err := exec.CommandContext(ctx, "/usr/sbin/scutil", "--proxy").Output()
	if err != nil {
		return nil
	}
	keys := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if k, v, ok := strings.Cut(line, " : "); ok {
			keys[strings.TrimSpace(k)] = strings.TrimSpace(v)
		}
	}
	switch {
	case keys["ProxyAutoConfigEnable"] == "1":
		return []setting{{"macOS", keys["ProxyAutoConfigURLString"]}}
	case keys["HTTPSEnable"] == "1":
		return []setting{{"macOS", keys["HTTPSProxy"] + ":" + keys["HTTPSPort"]}}
	}
	return []setting{{"macOS", ""}}
}
