package proxy_test

import (
	"os"
	"os/exec"
	"testing"
)

// TestOneCaseAlone: a case that is run by its id, as docs/interception.md says, is
// run without the others, so that nothing in a test may count on its subtests. Here
// none of them is run.
func TestOneCaseAlone(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), self, "-test.run=^TestCases/^of no case$", "-test.count=1").CombinedOutput()
	if err != nil {
		t.Errorf("%v: a TestCases… looks, outside of its subtests, for what they do:\n%s", err, out)
	}
}
