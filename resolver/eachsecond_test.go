package resolver

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"sekisho/rules"
)

// TestLostEventsAreSaidOnceASecond: however many questions it costs that nothing can be
// recorded, the log has a line of it in each second.
func TestLostEventsAreSaidOnceASecond(t *testing.T) {
	t.Parallel()
	j, _ := openJournal(t)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	core, logs := observer.New(zap.DebugLevel)
	r := newRecorder(j, nil, zap.New(core))
	begun := time.Now().Unix()
	for i := range 1000 {
		v := visit{client: netip.MustParseAddr("192.0.2.1"), host: fmt.Sprintf("%d.example", i), action: rules.Block}
		if err := r.record(t.Context(), v, &judgement{}, false); err == nil {
			t.Fatal("recorded in a journal that is closed")
		}
	}
	seconds := int(time.Now().Unix() - begun + 1)
	if n := logs.FilterMessage("event not recorded").Len(); n == 0 || n > seconds {
		t.Errorf("%d lines in %d seconds; want some, and no more than one in each", n, seconds)
	}
}
