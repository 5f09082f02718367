package h1

// FeedData is [Chunks.Feed], and gives each stretch of data, without the
// framing around it, to use. It stops when use reports false; n is then the
// length before that stretch, and ok stays true.
func (c *Chunks) FeedData(p []byte, use func([]byte) bool) (n int, ok bool) {
	for n < len(p) && c.state != ended {
		if c.state != inData {
			if c.step(p[n]); c.state == broken {
				return n, false
			}
			n++
			continue
		}
		take := int(min(int64(len(p)-n), c.left))
		if !use(p[n : n+take]) {
			return n, true
		}
		n += take
		if c.left -= int64(take); c.left == 0 {
			c.state = inDataCR
		}
	}
	return n, c.state != broken
}
