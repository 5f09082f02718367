package sinkhole_test

import (
	"errors"
	"net"
	"testing"

	"sekisho/proxy/sinkhole"
)

// TestTaken: the address that cannot be listened at is named, and the other is free
// again.
func TestTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for path, o := range map[string]sinkhole.Options{
		"listen.sinkhole":     {Clear: l.Addr().String(), Secure: "127.0.0.1:0"},
		"listen.sinkhole_tls": {Clear: "127.0.0.1:0", Secure: l.Addr().String()},
	} {
		_, err := sinkhole.Listen(o)
		var taken *sinkhole.ListenError
		if !errors.As(err, &taken) || taken.Path != path || taken.Addr != l.Addr().String() {
			t.Errorf("%v; want %s to be named", err, path)
		}
	}
}
