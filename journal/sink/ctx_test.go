package sink

import (
	"context"
	"testing"
)

// contextOf is a context that outlives the test's cleanup.
func contextOf(testing.TB) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}
