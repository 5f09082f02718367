package sekisho_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that go.mod gives.
const module = "sekisho"

// layers is the house from the ground floor up. A folder imports from the
// layers below its own only: not from above, and not from its own layer. The
// root, which carries embedded files and no code, lies below all of them.
// "cmd/*" is every folder in cmd.
var layers = [][]string{
	0: {
		"hostname", "config", "private", "metrics", "descriptors", "details", "lan/adapters",
		"imitation/charset", "imitation/coding",
		"guard/vocabulary", "guard/coding", "guard/charset", "guard/wire",
		"journal/schema", "journal/datafile",
		"resolver/admission", "resolver/datagram", "resolver/turns",
		"proxy/netconn", "proxy/socket", "proxy/escapes", "proxy/ahead", "proxy/recent",
	},
	1: {
		"rules/lookalike", "imitation", "guard", "accounts", "staff", "presence", "certs", "certs/truststore", "lan",
		"journal/trigram", "resolver/upstream", "console/throttle",
		"proxy/opening", "proxy/tlsflight", "proxy/h1", "proxy/h2", "proxy/budget", "proxy/places", "proxy/egress", "proxy/connect",
	},
	2: {"rules", "systemdns", "proxy/origincert", "proxy/trust", "proxy/framing", "proxy/websocket", "proxy/upload", "proxy/objection"},
	3: {"dossier", "journal", "interstitial", "proxy/sinkhole"},
	4: {"journal/export", "proxy/diagnosis", "proxy/ruling"},
	5: {"proxy", "resolver", "console", "journal/sink"},
	6: {"daemon"},
	7: {"cmd/*", "rules/lookalike/gen", "rules/lookalike/train", "internal/labnet/dnsstub"}, // programs: nothing imports them
}

// testOnly lists folders that tests alone import, and that may import anything.
var testOnly = []string{"internal/labnet"}

// doors lists modules that enter through few folders, so that one place
// knows their defects and the rest can do without them.
var doors = []struct {
	imports []string // import paths; those below are meant too
	folders []string
	tests   bool // whether tests elsewhere may import them
}{
	{imports: []string{"github.com/elazarl/goproxy"}, folders: []string{"proxy"}},
	{
		imports: []string{"github.com/miekg/dns"},
		folders: []string{"resolver", "resolver/upstream", "internal/labnet", "internal/labnet/dnsstub"},
		tests:   true,
	},
	{imports: []string{"github.com/insomniacslk/dhcp", "github.com/mdlayher/ndp"}, folders: []string{"lan"}},
	{imports: []string{"github.com/go-webauthn/webauthn"}, folders: []string{"console"}},
	{imports: []string{"github.com/pquerna/otp"}, folders: []string{"staff"}, tests: true},
	{imports: []string{"gopkg.in/yaml.v3"}, folders: []string{"config"}},
	{imports: []string{"modernc.org/sqlite", "database/sql"}, folders: []string{"journal", "journal/schema", "journal/trigram"}, tests: true},
	{imports: []string{"github.com/VictoriaMetrics/metrics"}, folders: []string{"metrics"}},
	{imports: []string{"github.com/smallstep/truststore"}, folders: []string{"certs/truststore"}},
}

// silent lists the folders that decide or read: they return what they found
// and leave it to the caller to log it.
var silent = []string{"hostname", "config", "details", "rules", "rules/lookalike", "imitation", "imitation/charset", "imitation/coding", "guard", "guard/vocabulary", "guard/coding", "guard/charset", "guard/wire", "interstitial"}

const zap = "go.uber.org/zap"

// emptyNames are folder names that say nothing of what is inside.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "models", "misc", "shared"}

// source is what matters here of one Go file.
type source struct {
	file    string // slashes, relative to the root of the repository
	pkg     string
	imports []string
}

func (s source) folder() string { return path.Dir(s.file) }
func (s source) isTest() bool   { return strings.HasSuffix(s.file, "_test.go") }

// TestLayers reads the import declarations themselves, of every file on every
// system, where go list would leave out what this system does not build.
func TestLayers(t *testing.T) {
	t.Parallel()
	for _, s := range goFiles(t) {
		for _, problem := range judge(s) {
			t.Error(problem)
		}
	}
}

// TestLayersCatch shows the rules files that break them.
func TestLayersCatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, file, pkg, imports string
		want                     string // part of the problem; "" if there is none
	}{
		{"down", "rules/x.go", "rules", "sekisho/hostname", ""},
		{"down to the root", "config/x.go", "config", "sekisho", ""},
		{"up", "hostname/x.go", "hostname", "sekisho/rules", "upwards"},
		{"up from a test", "hostname/x_test.go", "hostname_test", "sekisho/rules", "upwards"},
		{"up from the root", "x.go", "sekisho", "sekisho/config", "upwards"},
		{"sideways", "proxy/x.go", "proxy", "sekisho/resolver", "sideways"},
		{"sideways to the folder below", "certs/x.go", "certs", "sekisho/certs/truststore", "sideways"},
		{"sideways between commands", "cmd/sekisho/x.go", "main", "sekisho/cmd/other", "sideways"},
		{"own folder from its test", "certs/x_test.go", "certs_test", "sekisho/certs", ""},
		{"unknown folder", "newthing/x.go", "newthing", "fmt", "give it a layer"},
		{"import of an unknown folder", "daemon/x.go", "daemon", "sekisho/newthing", "give it a layer"},
		{"unknown folder below a known one", "rules/feed/x.go", "feed", "fmt", "give it a layer"},
		{"labnet from a test", "proxy/x_test.go", "proxy_test", "sekisho/internal/labnet", ""},
		{"labnet from the program", "proxy/x.go", "proxy", "sekisho/internal/labnet", "tests"},
		{"labnet itself", "internal/labnet/x.go", "labnet", "sekisho/proxy", ""},
		{"all of it from daemon's outer test", "daemon/x_test.go", "daemon_test", "sekisho/cmd/sekisho", ""},
		{"not from daemon's inner test", "daemon/x_test.go", "daemon", "sekisho/cmd/sekisho", "upwards"},
		{"door", "daemon/x.go", "daemon", "database/sql", "only journal"},
		{"door, folder of the module", "daemon/x.go", "daemon", "modernc.org/sqlite/lib", "only journal"},
		{"door, module of a like name", "daemon/x.go", "daemon", "database/sqlx", ""},
		{"door from a test", "daemon/x_test.go", "daemon_test", "github.com/elazarl/goproxy", "only proxy"},
		{"door for tests", "daemon/x_test.go", "daemon_test", "github.com/miekg/dns", ""},
		{"door not for tests only", "daemon/x.go", "daemon", "github.com/miekg/dns", "only resolver"},
		{"silent", "rules/x.go", "rules", "go.uber.org/zap/zapcore", "does not log"},
		{"not silent", "journal/x.go", "journal", "go.uber.org/zap", ""},
		{"empty name", "rules/utils/x.go", "utils", "fmt", "says nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(judge(source{test.file, test.pkg, []string{test.imports}}), "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("problems with %s: %q; want %q", test.file, got, test.want)
			}
		})
	}
}

// judge returns what is wrong with s, in sentences.
func judge(s source) (problems []string) {
	report := func(format string, args ...any) {
		problems = append(problems, s.file+" "+fmt.Sprintf(format, args...))
	}
	for _, name := range strings.Split(s.folder(), "/") {
		if slices.Contains(emptyNames, name) {
			report("is in a folder called %s, which says nothing: name it for what is inside", name)
		}
	}
	if _, ok := layerOf(s.folder()); !ok && !slices.Contains(testOnly, s.folder()) {
		report("is in a folder that layers_test.go does not know: give it a layer")
		return problems
	}
	for _, imported := range s.imports {
		if folder, ok := ownFolder(imported); ok {
			if why := wrongLayer(s, folder); why != "" {
				report("imports %s: %s", imported, why)
			}
		}
		if why := wrongDoor(s, imported); why != "" {
			report("imports %s: %s", imported, why)
		}
	}
	return problems
}

// wrongLayer returns why s may not import folder, or "".
func wrongLayer(s source, folder string) string {
	from, _ := layerOf(s.folder())
	to, known := layerOf(folder)
	outer := s.isTest() && strings.HasSuffix(s.pkg, "_test")
	top := s.folder() == "daemon" || path.Dir(s.folder()) == "cmd"
	switch {
	case slices.Contains(testOnly, s.folder()), s.isTest() && s.folder() == folder:
		return ""
	case slices.Contains(testOnly, folder):
		if s.isTest() {
			return ""
		}
		return folder + " is for tests; the program must not contain it"
	case !known:
		return folder + " is unknown to layers_test.go: give it a layer"
	case outer && top, to < from:
		return ""
	case to == from:
		return fmt.Sprintf("that is sideways, both are in layer %d; move what they share below them", from)
	}
	return fmt.Sprintf("that is upwards, from layer %d to layer %d; let the upper one hand it down", from, to)
}

// wrongDoor returns why s may not import a package of another module, or "".
func wrongDoor(s source, imported string) string {
	if within(imported, zap) && slices.Contains(silent, s.folder()) {
		return s.folder() + " decides and does not log: return it to the caller"
	}
	for _, d := range doors {
		inside := func(p string) bool { return within(imported, p) }
		if !slices.ContainsFunc(d.imports, inside) || slices.Contains(d.folders, s.folder()) || d.tests && s.isTest() {
			continue
		}
		return "only " + strings.Join(d.folders, " and ") + " may: go through it"
	}
	return ""
}

// within reports whether the import path p is of, or below, parent.
func within(p, parent string) bool { return p == parent || strings.HasPrefix(p, parent+"/") }

// ownFolder returns the folder of an import path of this module.
func ownFolder(imported string) (folder string, ok bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// layerOf returns the layer of a folder.
func layerOf(folder string) (layer int, ok bool) {
	if folder == "." {
		return -1, true
	}
	if path.Dir(folder) == "cmd" {
		folder = "cmd/*"
	}
	layer = slices.IndexFunc(layers, func(folders []string) bool { return slices.Contains(folders, folder) })
	return layer, layer >= 0
}

// goFiles reads the import declarations of every Go file of the repository,
// leaving out the folders that the go command leaves out.
func goFiles(t *testing.T) (sources []source) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		hidden := len(base) > 1 && strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")
		switch {
		case entry.IsDir() && (hidden || base == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || hidden || filepath.Ext(base) != ".go":
			return nil
		}
		parsed, err := parser.ParseFile(files, name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{file: filepath.ToSlash(name), pkg: parsed.Name.Name}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("import of %s: %w", name, err)
			}
			s.imports = append(s.imports, imported)
		}
		sources = append(sources, s)
		return nil
	})
	if err != nil {
		t.Fatalf("read the Go files: %v", err)
	}
	if len(sources) < 2 {
		t.Fatal("found no Go files but this one; is the test run in the root of the repository?")
	}
	return sources
}

// TestFolderNames looks at folders without Go files too.
func TestFolderNames(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".git":
			return filepath.SkipDir
		case entry.IsDir() && slices.Contains(emptyNames, entry.Name()):
			t.Errorf("folder %s has a name that says nothing: name it for what is inside", name)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("walk the repository: %v", err)
	}
}
