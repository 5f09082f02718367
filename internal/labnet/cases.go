package labnet

import (
	"flag"
	"regexp"
	"strings"
)

// caseID is how the cases of docs/interception.md are named: CV-11.
var caseID = regexp.MustCompile(`^[A-Z]{2}-[0-9]{2}$`)

// ByID lets the name of a case stand for its tests: with -run CV-11, those named
// TestCases…/CV-11 and Test…CV11… are run. Go splits -run at slashes and has no
// hyphen in a function's name, so that by itself CV-11 would match nothing.
// TestMain calls it before the tests run.
func ByID() {
	if !flag.Parsed() {
		flag.Parse()
	}
	run := flag.Lookup("test.run")
	if run == nil || run.Value.String() == "" {
		return
	}
	parts := strings.Split(run.Value.String(), "|")
	for i, part := range parts {
		if caseID.MatchString(part) {
			parts[i] = "^TestCases/(^|_)" + part + "|^Test\\w*" + strings.ReplaceAll(part, "-", "")
		}
	}
	_ = run.Value.Set(strings.Join(parts, "|"))
}
