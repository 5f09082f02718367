package main

import (
	"fmt"
	stdlog "log"
	"os"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// TestQuietStandardLog: net/http's client writes bytes of an origin to the
// standard logger; none of them reach ours.
func TestQuietStandardLog(t *testing.T) {
	t.Cleanup(func() { stdlog.SetOutput(os.Stderr); stdlog.SetFlags(stdlog.LstdFlags) })
	core, seen := observer.New(zapcore.DebugLevel)
	quietStandardLog(zap.New(core))
	stdlog.Printf("Unsolicited response received on idle HTTP channel starting with %q", "canary")
	if got := fmt.Sprint(seen.All()); seen.Len() != 1 || strings.Contains(got, "canary") {
		t.Errorf("logged %s; want one entry without what was said", got)
	}
}
