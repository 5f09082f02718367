package truststore

import (
	"os"
	"os/exec"
	"path/filepath"
)

// browsers are the programs that read ~/.pki/nssdb.
var browsers = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "brave-browser", "vivaldi", "opera",
}

// firefoxFolders hold Firefox's profiles, relative to the home directory.
var firefoxFolders = []string{
	".mozilla/firefox",
	"snap/firefox/common/.mozilla/firefox",
	".var/app/org.mozilla.firefox/.mozilla/firefox",
	".var/app/org.mozilla.firefox/config/mozilla/firefox",
}

// chromiumFolders hold the databases of packaged browsers, relative to the home
// directory. They exist once the browser has run.
var chromiumFolders = []string{
	"snap/*/current/.pki/nssdb",
	"snap/*/current/.local/share/pki/nssdb",
	".var/app/*/.pki/nssdb",
	".var/app/*/data/pki/nssdb",
}

// maxUserStores bounds what a home directory full of profiles can make us do.
const maxUserStores = 64

// user is where a user's databases are looked for.
type user struct {
	home, data, config string // the home directory, XDG_DATA_HOME and XDG_CONFIG_HOME
	tool               string // certutil; empty when it is not installed
	browser            bool   // a browser of Chromium's family is installed
}

// userStores looks for the databases of the user who runs the process.
func userStores() []Store {
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return nil
	}
	u := user{home: home, data: filepath.Join(home, ".local/share"), config: filepath.Join(home, ".config")}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		u.data = dir
	}
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		u.config = dir
	}
	u.tool, _ = exec.LookPath("certutil")
	for _, name := range browsers {
		if _, err := exec.LookPath(name); err == nil {
			u.browser = true
		}
	}
	return u.stores()
}

func (u user) stores() []Store {
	var out []Store
	for _, dir := range u.chromium() {
		out = append(out, nss{label: "Chromium", dir: dir, home: u.home, tool: u.tool, make: true})
	}
	packaged := u.glob(chromiumFolders, "cert9.db")
	for _, dir := range packaged {
		out = append(out, nss{label: "Chromium", dir: dir, home: u.home, tool: u.tool})
	}
	folders := make([]string, 0, len(firefoxFolders))
	for _, f := range firefoxFolders {
		folders = append(folders, filepath.Join(f, "*"))
	}
	profiles := u.glob(folders, "cert9.db")
	if found, err := filepath.Glob(filepath.Join(u.config, "mozilla/firefox/*/cert9.db")); err == nil { // since Firefox 147
		for _, path := range found {
			profiles = append(profiles, filepath.Dir(path))
		}
	}
	for _, dir := range profiles {
		out = append(out, nss{label: "Firefox", dir: dir, home: u.home, tool: u.tool})
	}
	return out[:min(len(out), maxUserStores)]
}

// chromium returns the databases of a Chromium that is not packaged. It reads
// ~/.pki/nssdb when that is there and $XDG_DATA_HOME/pki/nssdb otherwise; older ones
// know the first alone. Both are served when they exist. The first must not be made
// beside the second, for Chromium would turn to it and miss what the second holds.
func (u user) chromium() []string {
	classic, xdg := filepath.Join(u.home, ".pki/nssdb"), filepath.Join(u.data, "pki/nssdb")
	var out []string
	for _, dir := range []string{classic, xdg} {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			out = append(out, dir)
		}
	}
	if out == nil && (u.browser || u.tool != "") {
		out = append(out, classic)
	}
	return out
}

// glob returns the folders below the home directory that match one of patterns and
// hold file.
func (u user) glob(patterns []string, file string) []string {
	var out []string
	for _, p := range patterns {
		found, _ := filepath.Glob(filepath.Join(u.home, p, file))
		for _, path := range found {
			out = append(out, filepath.Dir(path))
		}
	}
	return out
}
