package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// DefaultDataDir returns where data is kept when nothing is set: below
// $XDG_DATA_HOME or ~/.local/share on Linux and other Unix systems,
// ~/Library/Application Support on macOS, %LocalAppData% on Windows. The
// directory need not exist. A relative $XDG_DATA_HOME is ignored, as the XDG Base
// Directory Specification demands.
func DefaultDataDir() (string, error) {
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("LocalAppData"); filepath.IsAbs(dir) {
			return filepath.Join(dir, "sekisho"), nil
		}
		return "", errors.New("find a place for data: %LocalAppData% is not set")
	}
	if dir := os.Getenv("XDG_DATA_HOME"); runtime.GOOS != "darwin" && filepath.IsAbs(dir) {
		return filepath.Join(dir, "sekisho"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for data: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "sekisho"), nil
	}
	return filepath.Join(home, ".local", "share", "sekisho"), nil
}

// ListFile returns the path of the file that an entry of lists.block or
// lists.allow names, and whether it is one: an entry is a file when a regular file
// of that path exists, seen from the folder of the configuration file.
func (c Config) ListFile(entry string) (path string, ok bool) {
	path, err := expand(entry, c.dir)
	if err != nil {
		return "", false
	}
	info, err := os.Stat(path)
	return path, err == nil && info.Mode().IsRegular()
}

// LooksLikePath reports whether an entry can only be meant as the path of a file,
// so that a missing file is not taken for a strange name.
func LooksLikePath(entry string) bool {
	return strings.HasPrefix(entry, "~") || strings.ContainsAny(entry, `/\`)
}

// expand makes a path from a file absolute: "~" is the home folder, and relative
// paths start from dir.
func expand(path, dir string) (string, error) {
	if path == "~" || strings.HasPrefix(path, "~/") || strings.HasPrefix(path, `~\`) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New(`the home folder that "~" stands for is not known here`)
		}
		return filepath.Join(home, path[1:]), nil
	}
	if strings.HasPrefix(path, "~") {
		return "", errors.New(`"~" can only stand for your own home folder, as in "~/folder"`)
	}
	if filepath.IsAbs(path) || dir == "" {
		return filepath.Clean(path), nil
	}
	return filepath.Join(dir, path), nil
}
