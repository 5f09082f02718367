package export

import (
	"os"
	"testing"

	"sekisho/internal/labnet"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	os.Exit(m.Run())
}
