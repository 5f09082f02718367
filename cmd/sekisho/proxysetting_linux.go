package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// systemSettings returns the proxy of the desktops: GNOME's and its relatives',
// through gsettings, and KDE's, from its file. Those that are not here say nothing.
func systemSettings(ctx context.Context) []setting {
	var all []setting
	if mode, ok := gsettings(ctx, "org.gnome.system.proxy", "mode"); ok {
		all = append(all, setting{"GNOME", gnomeProxy(ctx, mode)})
	}
	if config, err := os.UserConfigDir(); err == nil {
		if value, ok := kdeProxy(filepath.Join(config, "kioslaverc")); ok {
			all = append(all, setting{"KDE", value})
		}
	}
	return all
}

func gnomeProxy(ctx context.Context, mode string) string {
	switch mode {
	case "manual":
		host, _ := gsettings(ctx, "org.gnome.system.proxy.https", "host")
		port, _ := gsettings(ctx, "org.gnome.system.proxy.https", "port")
		if host != "" {
			return host + ":" + port
		}
	case "auto":
		pac, _ := gsettings(ctx, "org.gnome.system.proxy", "autoconfig-url")
		return pac
	}
	return ""
}

// gsettingsTimeout is for a session bus that does not answer.
const gsettingsTimeout = 2 * time.Second

// gsettings returns a value without the quotes of its text form.
func gsettings(ctx context.Context, schema, key string) (string, bool) {
	path, err := exec.LookPath("gsettings")
	if err != nil {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, gsettingsTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "get", schema, key)
	cmd.WaitDelay = gsettingsTimeout
	out, err := cmd.Output()
	if err != nil {
		return "", false
	}
	return strings.Trim(strings.TrimSpace(string(out)), "'"), true
}

// kdeProxy reads the group "Proxy Settings" of KDE's kioslaverc: ProxyType is 0 for
// none, 1 for manual, 2 for an automatic configuration.
func kdeProxy(path string) (value string, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	group, keys := "", map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			group = line
		} else if k, v, found := strings.Cut(line, "="); found && group == "[Proxy Settings]" {
			keys[k] = v
		}
	}
	switch keys["ProxyType"] {
	case "1": // "http://127.0.0.1 8765" in older versions
		return strings.ReplaceAll(keys["httpsProxy"], " ", ":"), true
	case "2":
		return keys["Proxy Config Script"], true
	}
	return "", len(keys) > 0
}
