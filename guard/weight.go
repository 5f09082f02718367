package guard

import "hash/maphash"

// Weight grows with whatever is found in addition. Nothing found has none.
func (f *Finding) Weight() int {
	n := len(f.IDs) + len(f.Passwords) + len(f.Codes) + 64*int(f.Act)
	if f.More { // the lists are full, and do not grow any more
		n += 1 << 19
	}
	if f.Amazon {
		n += 1 << 20
	}
	return n
}

var digestSeed = maphash.MakeSeed()

// Digest tells findings apart by all that they are judged by, values included: what was
// half a password is another one when its rest has come. It says nothing of the values
// to whoever has it, and holds for this process.
func (f *Finding) Digest() uint64 {
	var h maphash.Hash
	h.SetSeed(digestSeed)
	for _, list := range [][]Secret{f.IDs, f.Passwords, f.Codes} {
		for _, s := range list {
			maphash.WriteComparable(&h, len(s.Bytes()))
			_, _ = h.Write(s.Bytes())
		}
		_ = h.WriteByte(0xff)
	}
	maphash.WriteComparable(&h, f.Weight())
	maphash.WriteComparable(&h, f.Undecoded) // may show at the end of a body alone
	return h.Sum64()
}
