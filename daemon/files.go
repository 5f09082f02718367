package daemon

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"sekisho/config"
	"sekisho/rules"
)

const (
	// maxLine is far beyond the longest name; what is longer is no list of names.
	maxLine = 4 << 10
	// maxCAFile holds every public CA there is several times over.
	maxCAFile = 8 << 20
)

// fileEndings mark an entry as the name of a file, although it could be a host's.
// None is a top-level domain.
var fileEndings = []string{".txt", ".list", ".lst", ".csv", ".hosts", ".conf"}

// lists adds the entries of lists.block or lists.allow, reading those that are
// files.
func (m *meaning) lists(key string, entries []string, to rules.List) {
	for i, entry := range entries {
		at := fmt.Sprintf("%s[%d]", key, i)
		file, ok := m.config.ListFile(entry)
		switch {
		case ok:
			m.listFile(at, file, to)
		case config.LooksLikePath(entry):
			m.problem(at, "there is no file %q", file)
		case slices.Contains(fileEndings, strings.ToLower(path.Ext(entry))):
			m.problem(at, "there is no file %q, and it does not look like the name of a host", file)
		default:
			m.name(at, entry, to)
		}
	}
}

// listFile adds each line of a file. A line that is no name is left out with a
// note, so that one slip in a list of thousands does not stop a start.
func (m *meaning) listFile(at, file string, to rules.List) {
	f, err := os.Open(file)
	if err != nil {
		m.problem(at, "%v", err)
		return
	}
	defer f.Close()
	source := at + ": " + file
	err = eachLine(f, func(number int, line string) {
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) != "" {
			m.builder.Add(to, strings.TrimSpace(line), source, number)
		}
	}, func(number int) {
		m.note("%s:%d: the line is longer than any name", source, number)
	})
	if err != nil {
		m.problem(at, "read %q: %v", file, err)
	}
}

// eachLine calls line for every line of r, without its end and a byte order mark,
// and long for those beyond maxLine. Memory does not grow with r.
func eachLine(r io.Reader, line func(number int, text string), long func(number int)) error {
	in := bufio.NewReaderSize(r, maxLine)
	for number := 1; ; number++ {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long(number)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
			text = nil
		}
		if number == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		line(number, strings.TrimRight(string(text), "\r\n"))
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// roots returns the system's certificate authorities and those of
// upstream.ca_files, or nil when there are none of the latter; and the latter alone.
func (m *meaning) roots() (pool *x509.CertPool, private []*x509.Certificate) {
	files := m.config.Upstream.CAFiles
	if len(files) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		m.note("upstream.ca_files: the system's certificate authorities cannot be read, only these files count: %v", err)
		pool = x509.NewCertPool()
	}
	for i, file := range files {
		found, err := readCAs(file)
		if err != nil {
			m.problem(fmt.Sprintf("upstream.ca_files[%d]", i), "%v", err)
		}
		for _, c := range found {
			pool.AddCert(c)
		}
		private = append(private, found...)
	}
	return pool, private
}

// readCAs returns the certificates of a PEM file, which are those of authorities.
func readCAs(file string) (found []*x509.Certificate, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rest, err := io.ReadAll(io.LimitReader(f, maxCAFile+1))
	if err != nil {
		return nil, err
	}
	if len(rest) > maxCAFile {
		return nil, fmt.Errorf("%q is larger than %s", file, config.Size(maxCAFile))
	}
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%q holds a %q; want certificates alone", file, cut(block.Type))
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of %q: %v", len(found)+1, file, err)
		}
		if !c.IsCA {
			return nil, fmt.Errorf("certificate %d of %q (%s) is not that of a certificate authority", len(found)+1, file, cut(c.Subject.String()))
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%q holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", file)
	}
	if bytes.Contains(rest, []byte("-----BEGIN")) {
		return nil, fmt.Errorf("%q is cut off or damaged after certificate %d", file, len(found))
	}
	return found, nil
}
