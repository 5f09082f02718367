package interstitial

import "testing"

func BenchmarkWarning(b *testing.B) {
	w := asking(Japanese)
	mustRender(b, w) // parse the templates
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Render(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFailure(b *testing.B) {
	f := Failure{Lang: English, Code: CodeTLSExpired, Host: "site.example", Port: 443, Detail: "expired", Time: when}
	mustRender(b, f)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Render(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProblem(b *testing.B) {
	w := imitation(Japanese)
	b.ReportAllocs()
	for b.Loop() {
		w.Problem()
	}
}
