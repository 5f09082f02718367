package imitation

import (
	"slices"
	"strconv"
	"strings"
)

// Not every form that comes as data has a label of Amazon's. Where a block of one is for a
// password all the same, by its type or its label, what the field is called tells what is
// sent under that name, and nothing of whose form it is.

// use is what a word of a block is there for.
type use uint8

const (
	otherUse      use = iota
	fieldName         // what a field is called
	labelText         // what its label says
	passwordLabel     // one that says password
)

// useOf returns what a word is for that stands behind a key: one by which libraries that
// draw forms from data call the name of a field, or its label. What is called a password
// itself is a text of a dictionary. Each string of data is looked at.
func useOf(key []byte) use {
	var room [20]byte
	if len(key) > len(room) {
		return otherUse
	}
	n := 0
	for _, b := range key {
		if b == '_' || b == '-' {
			continue
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		room[n] = b
		n++
	}
	switch string(room[:n]) {
	case "n", "name", "key", "id", "model", "field", "fieldname", "prop", "property", "formcontrolname", "dataindex", "vmodel":
		return fieldName
	case "l", "label", "title", "text", "caption", "header", "placeholder", "displayname":
		return labelText
	}
	return otherUse
}

// learn adds the passwords of a group by what they are called. Lists of settings, of
// columns, or of ways to sign in have blocks of that type, too: those are called user or
// mail, as no field for a password is.
func (d *described) learn(own []block, group int32) {
	var items []int32 // for a password
	named := int32(0) // an item with a name
	others := false   // and another
	for i := range own {
		b := &own[i]
		switch {
		case b.group != group:
		case b.use == fieldName:
			others = others || named != 0 && named != b.item
			named = b.item
		case (b.use == passwordLabel || d.isPassword(b)) && (len(items) == 0 || items[len(items)-1] != b.item):
			items = append(items, b.item)
		}
	}
	if !others || len(items) > maxPasswords {
		return
	}
	for n := range maxNames {
		d.settled--
		for _, item := range items {
			if b := d.nth(own, group, item, n); b != nil && len(d.learnt) < maxFields {
				d.learnt = append(d.learnt, field{form: int(d.settled), name: string(d.text[b.from:b.to]), asks: password})
			}
		}
	}
}

// taken returns the fields of the data so far that forms describe, and forgets them.
func (d *described) taken() []field {
	all := d.learnt
	d.learnt = nil
	return all
}

// learn keeps fields whose names tell what is sent, and which are no sign of anything.
func (f *findings) learn(fields []field) {
	f.learnt = append(f.learnt, fields[:min(len(fields), maxFields-len(f.learnt))]...)
}

// learns adds their names to those of the fields that the response shows, which go before
// them unless they are for a new password: see [Both].
func (r *Result) learns(fields []field) {
	var aside Result
	fields = slices.Clone(fields)
	settle(fields)
	aside.purposes(fields, &set{})
	for name, token := range aside.Purposes {
		if said := r.Purposes[name]; said == "" && len(r.Purposes) < maxFields || said == "new-password" {
			r.calls(name, token)
		}
	}
}

// nth returns the n-th name of an item that none of its group's others has, and that
// says nothing else.
func (d *described) nth(own []block, group, item int32, n int) *block {
	words := 0
	for i := range own {
		b := &own[i]
		if b.group != group || b.item != item || b.use != fieldName {
			continue
		}
		if words++; words > maxWords {
			return nil
		}
		if said := letters(d.text[b.from:b.to]); userNames[said] || codeNames[said] || cardNames[said] || searchNames[said] || !d.alone(own, b) {
			continue
		}
		if n--; n < 0 {
			return b
		}
	}
	return nil
}

// mayLabel has the bytes that labels for a password begin with.
var mayLabel = func() (t [256]bool) {
	for one := range passwordLabels {
		t[one[0]] = true
		if 'a' <= one[0] && one[0] <= 'z' {
			t[one[0]-'a'+'A'] = true
		}
	}
	return t
}()

// saysPassword reports whether a string of data, as it comes, is a label for a password and
// no more.
func saysPassword(head []byte) bool {
	var room [natureHead]byte
	word := room[:0]
	for _, b := range head {
		if b == '"' {
			return passwordLabels[string(word)]
		}
		word = lower(word, b, len(room))
	}
	return false
}

// passwordLabels has the labels of the languages of Amazon's shops, and of Vietnamese and
// Thai, in lower case, each also with its letters escaped as JSON may have them.
var passwordLabels = func() map[string]bool {
	m := map[string]bool{}
	for _, one := range []string{
		"パスワード", "Password", "Passwort", "Kennwort", "Mot de passe", "Contraseña", "Wachtwoord", "Senha", "Palavra-passe", "Şifre", "Parola",
		"Hasło", "Lösenord", "密码", "密碼", "비밀번호", "كلمة المرور", "كلمة السر", "पासवर्ड", "Mật khẩu", "รหัสผ่าน",
	} {
		escaped := strings.Trim(strconv.QuoteToASCII(one), `"`)
		m[asciiLower(one)], m[asciiLower(escaped)] = true, true
	}
	return m
}()

func asciiLower(s string) string {
	var out []byte
	for _, b := range []byte(s) {
		out = lower(out, b, len(s))
	}
	return string(out)
}
