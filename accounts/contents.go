package accounts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
	"unicode/utf8"
)

const (
	// maxAccounts bounds what one password costs to compare with all of them.
	maxAccounts = 16
	// maxOld is how many replaced passwords of an account are kept.
	maxOld = 2
	// maxFormer is how many labels that an account had before are kept.
	maxFormer = 8
	// maxFile is far above what maxAccounts of the longest names take.
	maxFile = 64 << 10

	version = 1
)

// Where the key may be, as the file spells it.
const (
	keyInFile = "file"
	keyInRing = "keyring"
)

// contents is the file.
type contents struct {
	Version  int       `json:"version"`
	Store    string    `json:"store"` // names this store in the keyring; 32 hexadecimal digits
	Key      string    `json:"key"`   // where the key is
	Accounts []account `json:"accounts"`
}

// account is a protected sign-in in the file.
type account struct {
	ID    string    `json:"id"`
	Label string    `json:"label"`
	Added time.Time `json:"added"`
	verifier
	Old    []verifier `json:"old,omitempty"`
	Former []string   `json:"former,omitempty"` // labels, the latest first
}

// call gives the account another label.
func (a *account) call(label string) {
	var former []string // another slice: that of the set in force is read meanwhile
	for _, l := range append([]string{a.Label}, a.Former...) {
		if l != "" && l != label && !slices.Contains(former, l) && len(former) < maxFormer {
			former = append(former, l)
		}
	}
	a.Label, a.Former = label, former
}

// inForce returns the verifiers that count at now, the present one first.
func (a *account) inForce(now time.Time) []verifier {
	all := []verifier{a.verifier}
	for _, v := range a.Old {
		if v.Until.After(now) {
			all = append(all, v)
		}
	}
	return all
}

var errTrailing = errors.New("something follows the object")

// parse reads a file that anybody may have written. What it accepts is within all
// bounds, and IDs and labels are unique. Errors quote nothing of the file.
func parse(data []byte) (*contents, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("it is larger than %d bytes", maxFile)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("it is not UTF-8")
	}
	f := &contents{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		return nil, errors.New("it is not a JSON object of the form that sekisho writes")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	if f.Version != version {
		return nil, fmt.Errorf("it is of version %d, and this sekisho reads %d", f.Version, version)
	}
	if f.Key != keyInFile && f.Key != keyInRing {
		return nil, errors.New("it does not say where the key is")
	}
	if !hexDigits(f.Store) {
		return nil, errors.New("the name of the store is malformed")
	}
	return f, f.check()
}

// hexDigits reports whether s is 16 octets in hexadecimal, lower case.
func hexDigits(s string) bool {
	return len(s) == 32 && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'f')
	})
}

func (f *contents) check() error {
	if len(f.Accounts) > maxAccounts {
		return fmt.Errorf("it has more than %d accounts", maxAccounts)
	}
	ids := map[string]bool{}
	for i := range f.Accounts {
		a := &f.Accounts[i]
		form, ok := canonical(a.ID)
		if !ok || ids[form] || trim(a.ID) != a.ID {
			return fmt.Errorf("accounts[%d].id is malformed or not the only one", i)
		}
		ids[form] = true
		if l, err := checkLabel(a.Label); err != nil || l != a.Label {
			return fmt.Errorf("accounts[%d].label is malformed", i)
		}
		if f.labelTaken(a.Label, form) {
			return fmt.Errorf("accounts[%d].label is not the only one", i)
		}
		if len(a.Former) > maxFormer || slices.ContainsFunc(a.Former, func(l string) bool { checked, err := checkLabel(l); return err != nil || checked != l }) {
			return fmt.Errorf("accounts[%d].former is malformed", i)
		}
		if len(a.Old) > maxOld {
			return fmt.Errorf("accounts[%d].old has more than %d entries", i, maxOld)
		}
		for _, v := range append([]verifier{a.verifier}, a.Old...) {
			if !v.ok() {
				return fmt.Errorf("accounts[%d] has a malformed verifier", i)
			}
		}
	}
	return nil
}

func (v verifier) ok() bool {
	return len(v.Salt) == saltSize && len(v.Tag) == tagSize && Cost{v.Time, v.Memory}.ok()
}

// labelTaken reports whether an account other than that of the ID form answers
// to label, by its own label or its ID.
func (f *contents) labelTaken(label, form string) bool {
	asID, isID := canonical(label)
	for i := range f.Accounts {
		own, _ := canonical(f.Accounts[i].ID)
		if own != form && (sameLabel(f.Accounts[i].Label, label) || isID && asID == own) {
			return true
		}
	}
	return false
}

// index returns where the account with this ID or label is, or -1.
func (f *contents) index(idOrLabel string) int {
	form, isID := canonical(idOrLabel)
	return slices.IndexFunc(f.Accounts, func(a account) bool {
		own, _ := canonical(a.ID)
		return isID && own == form || sameLabel(a.Label, trim(idOrLabel))
	})
}
