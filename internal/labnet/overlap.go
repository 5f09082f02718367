package labnet

import (
	"flag"
	"runtime"
	"strconv"
)

// Overlap has twice as many parallel tests run at once as there are processors: those of a
// package that wait for sockets and clocks leave these idle most of the time. With -parallel
// it is as that says. TestMain calls it before the tests run.
func Overlap() {
	if !flag.Parsed() {
		flag.Parse()
	}
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if f := flag.Lookup("test.parallel"); f != nil && !given {
		_ = f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
}
