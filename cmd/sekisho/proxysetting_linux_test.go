package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestKDEProxy(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text, want string
		ok         bool
	}{
		"manual":    {"[Other]\nProxyType=2\n[Proxy Settings]\nProxyType=1\nhttpsProxy=http://127.0.0.1 8765\n", "http://127.0.0.1:8765", true},
		"automatic": {"[Proxy Settings]\nProxy Config Script=http://127.0.0.1:8766/proxy.pac\nProxyType=2\n", "http://127.0.0.1:8766/proxy.pac", true},
		"none":      {"[Proxy Settings]\nProxyType=0\n", "", true},
		"no group":  {"[Other]\nProxyType=1\n", "", false},
	} {
		path := filepath.Join(t.TempDir(), "kioslaverc")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := kdeProxy(path); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %q, %v; want %q, %v", name, got, ok, tt.want, tt.ok)
		}
	}
	if _, ok := kdeProxy(filepath.Join(t.TempDir(), "none")); ok {
		t.Error("a file that is not there was read")
	}
}
