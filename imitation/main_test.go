package imitation_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain holds every test to leave no decoder behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
