package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
)

// sekisho runs a command line in this process.
func sekisho(t testing.TB, in io.Reader, args ...string) (code int, out, errw string) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(context.Background(), args, in, &o, &e)
	return code, o.String(), e.String()
}

// TestCheckHostileLines holds that each line of input gives one line of output in
// its place, whatever is in it.
func TestCheckHostileLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3*maxInput)
	edge := strings.Repeat("y", maxInput-1)
	inputs := []string{
		"shop.example", long, "", "\x00", "\xff\xfe", "<script>", "a\u2028b", edge, "\t ", "http://[", "amazon-signin.example",
		"https://" + strings.Repeat("a.", 200) + "example/", "::1", "127.1", "\u202eelpmaxe", long,
	}
	code, out, errw := sekisho(t, strings.NewReader(strings.Join(inputs, "\n")), "check", "--json")
	if code != codeBlocked || errw != "" {
		t.Errorf("code %d, stderr %q", code, errw)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(inputs) {
		t.Fatalf("%d lines; want %d", len(lines), len(inputs))
	}
	for i, line := range lines {
		var r result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		if inputs[i] == long {
			if r.Action != "invalid" || !strings.HasPrefix(r.Input, "xxx") || len(r.Input) > 2*shownInput {
				t.Errorf("over-long line: %+v", r)
			}
			continue
		}
		if want := strings.ToValidUTF8(strings.ReplaceAll(inputs[i], "\xff\xfe", "\xff \xfe"), "\ufffd"); r.Input != strings.ReplaceAll(want, "\ufffd \ufffd", "\ufffd\ufffd") {
			t.Errorf("line %d: input %.40q; want %.40q", i, r.Input, want)
		}
		switch r.Action {
		case "allow", "warn", "block":
			if r.Host == "" || r.Ground == "" {
				t.Errorf("line %d: %+v", i, r)
			}
		case "invalid":
			if r.Host != "" || r.Detail == "" {
				t.Errorf("line %d: %+v", i, r)
			}
		default:
			t.Errorf("line %d: action %q", i, r.Action)
		}
	}
}

// TestCheckAnswersAtOnce holds that a line is answered before the next one comes.
func TestCheckAnswersAtOnce(t *testing.T) {
	t.Parallel()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- execute(context.Background(), []string{"check", "--json"}, inR, outW, io.Discard)
		_ = outW.Close()
	}()
	answers := json.NewDecoder(outR)
	for i := range 3 {
		input := fmt.Sprintf("host%d.example", i)
		if _, err := io.WriteString(inW, input+"\n"); err != nil {
			t.Fatal(err)
		}
		var r result
		if err := answers.Decode(&r); err != nil || r.Input != input {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	_ = inW.Close()
	if code := <-done; code != 0 {
		t.Errorf("code %d", code)
	}
}

// names is an endless pipe of names that differ, which measures what is held
// as it is read. Each fourth imitates Amazon.
type names struct {
	left, lines int
	rest        []byte
	heap        []uint64 // every quarter of the lines
}

func (n *names) Read(p []byte) (int, error) {
	if len(n.rest) == 0 {
		if n.left == 0 {
			return 0, io.EOF
		}
		if n.left%(n.lines/4) == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			n.heap = append(n.heap, m.HeapAlloc)
		}
		n.rest = fmt.Appendf(nil, "https://%s-%d.kaigai.example/ap/signin\n", [...]string{"amazon-signin", "shop", "cdn", "amano"}[n.left%4], n.left)
		n.left--
	}
	k := copy(p, n.rest)
	n.rest = n.rest[k:]
	return k, nil
}

// TestCheckHoldsNothing holds that a line more costs no memory: once the
// verdicts that are remembered are as many as can be, the heap does not grow.
func TestCheckHoldsNothing(t *testing.T) {
	in := &names{left: 80_000, lines: 80_000}
	if code := execute(context.Background(), []string{"check", "--json"}, in, io.Discard, io.Discard); code != codeBlocked {
		t.Fatalf("code %d", code)
	}
	const slack = 1 << 20
	if last, second := in.heap[3], in.heap[1]; last > second+slack {
		t.Errorf("%d bytes are held after 20,000 lines, %d after 60,000", second, last)
	}
}

// BenchmarkCheckStdin judges a million lines, of which each fourth imitates Amazon.
func BenchmarkCheckStdin(b *testing.B) {
	var in bytes.Buffer
	for i := range 1_000_000 {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&in, "https://amazon-signin%d.example/ap/signin?x=%d\n", i, i)
		case 1:
			fmt.Fprintf(&in, "www.shop%d.co.jp\n", i)
		case 2:
			fmt.Fprintf(&in, "host-%d.cdn%d.example\n", i, i%100)
		default:
			fmt.Fprintf(&in, "amaz0n%d.example:443\n", i)
		}
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if code := execute(context.Background(), []string{"check", "--json"}, bytes.NewReader(in.Bytes()), io.Discard, io.Discard); code != codeBlocked {
			b.Fatalf("code %d", code)
		}
	}
}

// Where nobody can type, nobody is asked to.
func TestCheckNullDevice(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	if code, out, errw := sekisho(t, null, "check", "--data", t.TempDir()); code != 0 || out+errw != "" {
		t.Errorf("code %d, stdout %q, stderr %q; want nothing", code, out, errw)
	}
}

// Every verdict says why, those that pass by default too.
func TestCheckSaysWhy(t *testing.T) {
	t.Parallel()
	for host, why := range map[string]string{
		"shop.example":           "default (nothing in the name imitates Amazon)",
		"www.amazon.co.jp":       "genuine (is Amazon's own, by name)",
		"xn--a.example":          "default (nothing in the name imitates Amazon)", // one in the DNS alone
		"https://xn--a.example/": "default (nothing in the name imitates Amazon)",
		"x.amazon.co.jp":         "genuine (is Amazon's own, like everything below amazon.co.jp)",
		"amozon-seller.example":  "(imitates sellercentral.amazon.co.jp: amozon is amazon with one letter replaced, with the word seller)",
	} {
		_, out, errw := sekisho(t, strings.NewReader(""), "check", "--data", t.TempDir(), host)
		if !strings.HasSuffix(out, why+"\n") || errw != "" {
			t.Errorf("%s: %q, stderr %q; want %q", host, out, errw, why)
		}
	}
}
