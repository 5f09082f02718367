package guard

import (
	"bytes"
	"slices"

	"sekisho/guard/vocabulary"
)

// amazonAction is the step of Amazon's sign-in that appAction names. Password
// and one-time code go to the same path, so that nothing else tells them apart.
type amazonAction uint8

const (
	noAction      amazonAction = iota
	claimAction                // the ID
	pwdAction                  // the password
	mfaAction                  // the one-time code
	passkeyAction              // an assertion, which is bound to its origin
)

var amazonActions = map[string]amazonAction{
	"SIGNIN_CLAIM_COLLECT": claimAction, "SIGNIN_PWD_COLLECT": pwdAction,
	"SIGNIN_MFA": mfaAction, "MFA_NEW_OTP": mfaAction, "SIGNIN_PASSKEY_COLLECT": passkeyAction,
}

// noteAmazon counts names that only Amazon's sign-in has. They are compared
// as spelled: a copied page keeps them, and nobody else spells them so.
func (r *reader) noteAmazon(name, v []byte) {
	if len(name) == 0 || len(name) > 64 {
		return
	}
	if name[0] == 'o' && bytes.HasPrefix(name, []byte("openid.")) {
		if !r.openid {
			r.openid = true
			r.amazon = append(r.amazon, "openid.")
		}
		return
	}
	spelling, ok := vocabulary.Amazon(name)
	if !ok {
		return
	}
	if !slices.Contains(r.amazon, spelling) {
		r.amazon = append(r.amazon, spelling)
	}
	if spelling == "appAction" {
		if a := amazonActions[string(v)]; a != noAction {
			r.action = a
			if !slices.Contains(r.amazon, "SIGNIN_") {
				r.amazon = append(r.amazon, "SIGNIN_")
			}
		}
	}
}

// isAmazon reports whether the fields are those of Amazon's sign-in. A copy may
// rename what is typed, so any ID, password or code counts, not only its names.
func (r *reader) isAmazon() bool {
	return len(r.amazon) >= 2 && (len(r.ids) > 0 || len(r.passwords) > 0 || len(r.codes) > 0 || len(r.knownIDs) > 0)
}
