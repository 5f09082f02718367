package opening

import (
	"testing"

	"sekisho/internal/labnet"
)

func TestMain(m *testing.M) {
	labnet.ByID()
	m.Run()
}
