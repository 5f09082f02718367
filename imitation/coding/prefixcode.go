package coding

import "math/bits"

const (
	// maxCode is the longest code of DEFLATE, in bits (RFC 1951, section 3.2.7).
	maxCode = 15
	// quickBits is how many bits of a code are looked up at once. Longer codes are
	// rare, and take a second step.
	quickBits = 9
	moreSize  = 1 << (maxCode - quickBits)

	// An entry of a table is a symbol above the length of its code, which is in the
	// low four bits. Of the first table, where no code is as long as that, all of them
	// set say that a second table follows, whose number stands in the symbol's place.
	lengthBits = 4
	lengthMask = 1<<lengthBits - 1
)

// prefixCode is one of the Huffman codes of a block (RFC 1951, section 3.2.2).
type prefixCode struct {
	quick [1 << quickBits]uint16
	more  []uint16 // tables of moreSize for the bits behind the first
}

// set makes c the code whose symbols have codes of these lengths, and reports whether
// there is one. Codes may leave gaps: what comes there is an error when it comes.
func (c *prefixCode) set(lengths []uint8) bool {
	var count [maxCode + 1]int
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	var next [maxCode + 1]int
	code := 0
	for n := 1; n <= maxCode; n++ {
		code = (code + count[n-1]) << 1
		if next[n] = code; code+count[n] > 1<<n {
			return false
		}
	}
	clear(c.quick[:])
	c.more = c.more[:0]
	for symbol, n := range lengths {
		if n > 0 {
			c.put(uint16(symbol), int(n), uint16(next[n]))
			next[n]++
		}
	}
	return true
}

// put enters a symbol and its code of n bits.
func (c *prefixCode) put(symbol uint16, n int, code uint16) {
	at := int(bits.Reverse16(code) >> (16 - n)) // the first bit of a code is the lowest that is read
	entry := symbol<<lengthBits | uint16(n)
	if n <= quickBits {
		for ; at < len(c.quick); at += 1 << n {
			c.quick[at] = entry
		}
		return
	}
	first := &c.quick[at&(1<<quickBits-1)]
	if *first == 0 {
		*first = uint16(len(c.more)/moreSize)<<lengthBits | lengthMask
		c.more = append(c.more, make([]uint16, moreSize)...)
	}
	table := c.more[int(*first>>lengthBits)*moreSize:][:moreSize]
	for at >>= quickBits; at < moreSize; at += 1 << (n - quickBits) {
		table[at] = entry
	}
}

// find returns the symbol whose code v begins with, the first bit lowest, and how many
// bits that has: 0 when no code begins so.
func (c *prefixCode) find(v uint64) (symbol, n uint) {
	entry := c.quick[v&(1<<quickBits-1)]
	if entry&lengthMask == lengthMask {
		entry = c.more[int(entry>>lengthBits)*moreSize+int(v>>quickBits&(moreSize-1))]
	}
	return uint(entry >> lengthBits), uint(entry & lengthMask)
}
