package guard_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"sekisho/guard"
)

// stream writes body in pieces of the given size.
func stream(t testing.TB, q request, x guard.Hints, piece int) guard.Finding {
	t.Helper()
	s := guard.NewStream(q.head(t), x)
	for part := range slices.Chunk([]byte(q.body), piece) {
		if n, err := s.Write(part); n != len(part) || err != nil {
			t.Fatalf("Write of %d bytes = %d, %v", len(part), n, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Finding()
}

// padding is 2.5 MiB that do not compress below the bound for bombs.
var padding = func() string {
	var b strings.Builder
	for i := uint32(1); b.Len() < 5<<19; i++ {
		fmt.Fprintf(&b, "%08x", i*2654435761)
	}
	return b.String()
}()

// longCases have the credential behind more than MaxBody of padding.
func longCases() []testCase {
	const js = "application/json"
	const hard = `Ka\"ki:8,\u0026Na shi` // as JSON has it
	escaped := "pad=" + padding + "&" + pairs
	json := `{"pad":"` + padding + `",` + jsonPair[1:]
	long := multi(field(`form-data; name="f"; filename="a.bin"`, "Content-Type: application/octet-stream\r\n", padding),
		field(`form-data; name="email"`, "", typedID), field(`form-data; name="password"`, "", typedPass))
	wide := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	return []testCase{
		signIn("CR-18 form", form, escaped),
		signIn("CR-18 form, middle of the padding", form, escaped+"&more="+padding),
		signIn("CR-18 form, ID first and password last", form, "email="+typedID+"&pad="+padding+"&password="+typedPass),
		signIn("CR-18 JSON", js, json),
		signIn("CR-18 JSON, escaped", js, `{"pad":"`+padding+`","`+unicodeAll("email")+`":"`+unicodeAll(typedID)+`","`+unicodeAll("password")+`":"`+unicodeAll(typedPass)+`"}`),
		signIn("CR-18 JSON in a string", js, `{"p":"`+strings.ReplaceAll(json, `"`, `\"`)+`"}`),
		signIn("CR-18 multipart", multipart, long),
		signIn("CR-18 multipart, label says otherwise", "multipart/form-data; boundary=z", long),
		signIn("CR-18 XML", "text/xml", "<a><pad>"+padding+"</pad><email>"+typedID+"</email><password>"+typedPass+"</password></a>"),
		signIn("CR-18 text", "text/plain", padding+"\nE-mail: "+typedID+"\nPassword: "+typedPass+"\n"),
		signIn("CR-18 bytes", "application/octet-stream", "\x00\x01"+padding+"\x00email\x00"+typedID+"\x00password\x00"+typedPass+"\x00"),
		signIn("CR-18 gzip", form+"\nContent-Encoding: gzip", gzipped(escaped)),
		signIn("CR-18 gzip without a label", js, gzipped(json)),
		signIn("CR-18 br", form+"\nContent-Encoding: br", brotlied(escaped)),
		signIn("CR-18 zstd", form+"\nContent-Encoding: zstd", zstded(escaped)),
		signIn("CR-18 deflate", form+"\nContent-Encoding: deflate", zlibbed(escaped)),
		signIn("CR-18 gzip in br", form+"\nContent-Encoding: gzip, br", brotlied(gzipped(escaped))),
		signIn("CR-18 gzip label on a plain form", form+"\nContent-Encoding: gzip", escaped),
		signIn("CR-18 br label on a plain form", form+"\nContent-Encoding: br", escaped),
		signIn("CR-18 br label on a form that begins like br", form+"\nContent-Encoding: br", "LA=1&"+escaped),
		signIn("CR-18 UTF-16", js, encoded(wide, json)),
		signIn("CR-18 base64", "text/plain", base64Std(json)),
		{
			name: "CR-18 random names, address known", request: request{headers: form, body: "pad=" + padding + "&a=" + typedID + "&b=" + typedPass},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: typedPass,
		},
		{
			name: "CR-18 JSON, random names, address known", request: request{headers: js, body: `{"0":"` + padding + `","a":"` + typedID + `","b":"` + hard + `","z":"` + padding + `"}`},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: "Ka\"ki:8,&Na shi",
		},
		{
			name: "CR-18 JSON, random names, the password first", request: request{headers: js, body: `{"0":"` + padding + `","b":"` + hard + `","a":"` + typedID + `","z":"` + padding + `"}`},
			hints: guard.Hints{Known: known}, act: guard.Identify, id: typedID, password: "Ka\"ki:8,&Na shi",
		},
		{name: "CR-18 padding alone", request: request{headers: form, body: "pad=" + padding}},
	}
}

func TestCasesStream(t *testing.T) {
	t.Parallel()
	for _, test := range longCases() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, piece := range []int{1 << 20, 32 << 10, 4093} {
				check(t, test, stream(t, test.request, test.hints, piece))
			}
		})
	}
}

// TestCR18Window moves a credential across every place where windows meet.
func TestCR18Window(t *testing.T) {
	t.Parallel()
	for at := guard.Window - 96; at < guard.Window+96; at += 5 {
		for _, q := range []request{
			{headers: form, body: "p=" + padding[:at] + "&" + pairs + "&q=" + padding[:3*guard.Window]},
			{headers: "application/json", body: `{"p":"` + padding[:at] + `",` + jsonPair[1:len(jsonPair)-1] + `,"q":"` + padding[:3*guard.Window] + `"}`},
			{headers: multipart, body: field(`form-data; name="p"`, "", padding[:at]) + field(`form-data; name="email"`, "", typedID) + field(`form-data; name="password"`, "", typedPass) + field(`form-data; name="q"`, "", padding[:2*guard.Window])},
		} {
			check(t, testCase{act: guard.SignIn, id: typedID, password: typedPass}, stream(t, q, guard.Hints{}, 8<<10))
		}
		if t.Failed() {
			t.Fatalf("with %d bytes ahead", at)
		}
	}
}

// TestStreamIsPrompt holds the promise that a caller keeps bytes back for.
func TestStreamIsPrompt(t *testing.T) {
	t.Parallel()
	s := guard.NewStream(request{headers: form}.head(t), guard.Hints{})
	defer func() { _ = s.Close() }()
	body := []byte("pad=" + padding + "&" + pairs + "&x=")
	_, _ = s.Write(body)
	_, _ = s.Write([]byte(padding[:guard.Window]))
	if f := s.Finding(); f.Act != guard.SignIn {
		t.Errorf("act %v a window behind the credential; want sign-in", f.Act)
	}
}

func TestStreamBomb(t *testing.T) {
	t.Parallel()
	bomb := gzipped(strings.Repeat("\x00", 64<<20) + "&" + pairs)
	f := stream(t, request{headers: form + "\nContent-Encoding: gzip", body: bomb}, guard.Hints{}, 16<<10)
	if f.Act != guard.Nothing || !f.Undecoded {
		t.Errorf("act %v, undecoded %v; want nothing, true", f.Act, f.Undecoded)
	}
}
