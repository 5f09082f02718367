package sekisho_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestAC26NoProfiling is AC-26: what would put profiles or variables of the
// process on a web server is not in the program.
func TestAC26NoProfiling(t *testing.T) {
	t.Parallel()
	for _, goos := range []string{"linux", "windows", "darwin"} {
		cmd := exec.Command("go", "list", "-deps", "./cmd/sekisho")
		cmd.Env = append(cmd.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list for %s: %v", goos, err)
		}
		deps := strings.Fields(string(out))
		if !slices.Contains(deps, "net/http") {
			t.Fatalf("%s: %d packages without net/http; want all of the program's", goos, len(deps))
		}
		for _, bad := range []string{"net/http/pprof", "expvar", "golang.org/x/net/trace"} {
			if slices.Contains(deps, bad) {
				t.Errorf("%s: the program has %s in it", goos, bad)
			}
		}
	}
}
