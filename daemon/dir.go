package daemon

import (
	"path/filepath"

	"sekisho/config"
)

// Dir is a data folder, by its path.
type Dir string

// CA returns the folder of the certificate authority.
func (d Dir) CA() string { return filepath.Join(string(d), "ca") }

// Console returns the folder of who may open the console.
func (d Dir) Console() string { return filepath.Join(string(d), "console") }

// Journal returns the file of the journal.
func (d Dir) Journal() string { return filepath.Join(string(d), "journal.db") }

// Accounts returns the folder of the protected sign-ins.
func (d Dir) Accounts() string { return filepath.Join(string(d), "accounts") }

// Dossier returns the file of what is remembered of sites.
func (d Dir) Dossier() string { return filepath.Join(string(d), "dossier.json") }

// Believers returns the file of the devices that trust the CA.
func (d Dir) Believers() string { return filepath.Join(string(d), "believers.json") }

// Stacks returns the file of the programs on them that do.
func (d Dir) Stacks() string { return filepath.Join(string(d), "stacks.json") }

// Presence returns the file of which devices were seen.
func (d Dir) Presence() string { return filepath.Join(string(d), "presence.json") }

// RunFile returns the file that tells where a running sekisho listens.
func (d Dir) RunFile() string { return filepath.Join(string(d), "run.json") }

// DataDir returns the data folder of a configuration, absolute. It need not exist.
func DataDir(c config.Config) (Dir, error) {
	path := c.DataDir
	if path == "" {
		var err error
		if path, err = config.DefaultDataDir(); err != nil {
			return "", err
		}
	}
	path, err := filepath.Abs(path)
	return Dir(path), err
}
