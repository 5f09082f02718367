package sink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"sekisho/private"
)

const (
	// keyPrefix marks a key of Standard Webhooks, which has 24 to 64 bytes.
	keyPrefix        = "whsec_"
	leastKey, maxKey = 24, 64
	// maxKeys are for the time in which one takes the place of another.
	maxKeys    = 4
	maxKeyFile = 4 << 10
)

// keyForm is what a key file that cannot be used is to be compared with.
const keyForm = `want a line such as whsec_ followed by 24 to 64 random bytes in base64; ` +
	`make one with: (umask 077; printf 'whsec_%s\n' "$(openssl rand -base64 32)" > FILE)`

// readKeys reads the keys of a webhook, one a line. They are in a file of their
// own, which others cannot read, rather than in the configuration, which is shown
// around, or in the environment, which child processes and service managers show.
// Errors hold no part of the file.
func readKeys(path string) (keys [][]byte, err error) {
	data, err := private.Read(path, maxKeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %q; %s", path, keyForm)
	}
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		text, ok := strings.CutPrefix(line, keyPrefix)
		key, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(key) < leastKey || len(key) > maxKey || len(keys) == maxKeys {
			return nil, fmt.Errorf("%q, line %d: not a key, or one too many; %s", path, i+1, keyForm)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%q is empty; %s", path, keyForm)
	}
	return keys, nil
}

// sign returns the value of webhook-signature: one signature for each key, of the
// message's id, its time and its body between full stops.
func sign(keys [][]byte, id, time string, body []byte) string {
	var all []string
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		_, _ = fmt.Fprintf(mac, "%s.%s.", id, time) // a hash takes everything
		_, _ = mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}
