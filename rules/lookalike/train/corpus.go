package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sekisho/hostname"
)

// example is one name of the corpus.
type example struct {
	name      hostname.Name
	positive  bool
	generated bool
	bucket    string // of positives
	year      string // of positives
	group     string // names of one group stay on one side of every split
	weight    float64
}

// imitates reports whether the bucket says that the name imitates the brand
// beyond doubt. The others are neither trained with nor held to be benign.
func (e *example) imitates() bool {
	return e.positive && strings.HasPrefix(e.bucket, "a_") && e.bucket != "a_weak"
}

// readCorpus reads positive.tsv and negative.txt.gz of dir.
func readCorpus(dir string) ([]*example, error) {
	all, err := readFile(filepath.Join(dir, "positive.tsv"), false, readPositive)
	if err != nil {
		return nil, err
	}
	benign, err := readFile(filepath.Join(dir, "negative.txt.gz"), true, func(line string) (*example, error) {
		return newExample(line)
	})
	return append(all, benign...), err
}

func readPositive(line string) (*example, error) {
	host, rest, _ := strings.Cut(line, "\t")
	date, bucket, ok := strings.Cut(rest, "\t")
	if host == "host" {
		return nil, nil
	}
	if !ok || len(date) < 4 {
		return nil, fmt.Errorf("%q is not host, date and bucket", line)
	}
	e, err := newExample(host)
	if e != nil {
		e.positive, e.bucket, e.year = true, bucket, date[:4]
	}
	return e, err
}

// newExample returns nil for what is no host name: a list may hold anything.
func newExample(host string) (*example, error) {
	n, err := hostname.Parse(host)
	if err != nil || n.Registrable() == "" {
		return nil, nil
	}
	return &example{name: n, group: n.Registrable(), weight: 1}, nil
}

// readFile calls parse with every line that is not empty.
func readFile(path string, zipped bool, parse func(string) (*example, error)) (all []*example, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if zipped {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read %q: %w", path, err)
		}
	}
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		if s.Text() == "" {
			continue
		}
		e, err := parse(s.Text())
		if err != nil {
			return nil, fmt.Errorf("read %q: line %d: %w", path, n, err)
		}
		if e != nil {
			all = append(all, e)
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("read %q: %w", path, err)
	}
	return all, nil
}
