package daemon

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sekisho/certs"
	"sekisho/config"
)

func TestOneSekishoPerFolder(t *testing.T) {
	c := testConfig(t, "")
	_, at, stop := start(t, c)
	_, err := New(Options{Config: c})
	var inUse *InUseError
	if !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Errorf("second New: %v", err)
	}
	if r, err := ReadRunning(Dir(c.DataDir)); err != nil || r != at || !r.Alive() {
		t.Errorf("run.json after the refused start: %+v, %v", r, err)
	}
	stop()
	_, _, stop = start(t, c)
	stop()
}

func TestTakenPorts(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for path, set := range map[string]func(*config.Config, string){
		"listen.proxy":   func(c *config.Config, a string) { c.Listen.Proxy = a },
		"listen.console": func(c *config.Config, a string) { c.Listen.Console = a },
		"listen.dns":     func(c *config.Config, a string) { c.Listen.DNS = a },
		"listen.dot":     func(c *config.Config, a string) { c.Listen.DoT = a },
		"listen.doh":     func(c *config.Config, a string) { c.Listen.DoH = a },
	} {
		c := testConfig(t, "")
		free := c.Listen
		set(&c, l.Addr().String())
		_, err := New(Options{Config: c})
		var bind *BindError
		if !errors.As(err, &bind) || bind.Path != path || !isTaken(err) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), l.Addr().String()) {
			t.Errorf("%s: the message does not help: %v", path, err)
		}
		c.Listen = free
		_, _, stop := start(t, c) // nothing of the failed start is in the way
		stop()
	}
}

func TestPartsOff(t *testing.T) {
	c := testConfig(t, "")
	c.Listen = config.Listen{DNS: "127.0.0.1:0"}
	d, at, stop := start(t, c)
	if at.Proxy != "" || at.Console != "" || at.DNS == "" {
		t.Errorf("Running = %+v", at)
	}
	data, err := os.ReadFile(d.dir.RunFile())
	if err != nil || strings.Contains(string(data), "proxy") {
		t.Errorf("run.json: %s, %v", data, err)
	}
	if _, err := d.Reload(c); err != nil {
		t.Errorf("Reload: %v", err)
	}
	stop()
	c.Listen = config.Listen{Proxy: "127.0.0.1:0"}
	_, at, stop = start(t, c)
	if at.Proxy == "" || at.Console != "" || at.DNS != "" {
		t.Errorf("Running = %+v", at)
	}
	stop()
}

func TestReloadThatIsWrong(t *testing.T) {
	c := testConfig(t, "lists: {block: [shop.example]}")
	d, _, stop := start(t, c)
	defer stop()
	before := d.now.Load()
	bad := c
	bad.Lists.Block = []string{"./none.txt"}
	bad.SellerCentral = "https://shop.example/"
	if _, err := d.Reload(bad); len(config.Problems(err)) != 2 {
		t.Errorf("Reload: %v; want two problems", err)
	}
	if d.now.Load() != before {
		t.Error("a configuration that is wrong took effect")
	}
	other := c
	other.DataDir, other.Listen.Proxy, other.Journal.Retention = t.TempDir(), "127.0.0.1:1", 1
	other.Upstream.CAFiles = []string{}
	restart, err := d.Reload(other)
	if want := "data_dir,listen,journal"; err != nil || strings.Join(restart, ",") != want {
		t.Errorf("Reload = %v, %v; want %s", restart, err, want)
	}
	if d.now.Load().config.DataDir != c.DataDir {
		t.Error("the data folder changed while running")
	}
}

func TestAuthorityThatIsBroken(t *testing.T) {
	c := testConfig(t, "")
	_, _, stop := start(t, c)
	stop()
	files, err := filepath.Glob(filepath.Join(string(Dir(c.DataDir).CA()), "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of an authority: %v", err)
	}
	for _, path := range files {
		if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err = New(Options{Config: c})
	var file *certs.FileError
	if !errors.As(err, &file) || file.Remedy == "" {
		t.Errorf("New: %v; want a FileError with a remedy", err)
	}
}

func TestFolderOfOthers(t *testing.T) {
	c := testConfig(t, "")
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(c.DataDir, 0o777); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(c.DataDir); err != nil || info.Mode().Perm() != 0o777 {
		t.Skip("this system has no permissions of others")
	}
	if _, err := New(Options{Config: c}); err == nil || !strings.Contains(err.Error(), "written by others") {
		t.Errorf("New: %v", err)
	}
}
