package h1

// Body finds the end of a response's body, which is passed on as it is. It is for one
// goroutine; a copy stands where the body stood.
type Body struct {
	framing Framing
	left    int64
	chunks  Chunks
}

// BodyOf is the body behind the head of resp.
func BodyOf(resp Response) Body {
	b := Body{framing: resp.Framing}
	if resp.Framing == Length {
		b.left = resp.Length
	}
	return b
}

// Take returns how many bytes of p, which comes next, belong to the body. It is not ok
// once the coding is broken.
func (b *Body) Take(p []byte) (n int, ok bool) {
	switch b.framing {
	case Length:
		n := min(int64(len(p)), b.left)
		b.left -= n
		return int(n), true
	case Chunked:
		return b.chunks.Feed(p)
	case UntilClose:
		return len(p), true
	}
	return 0, true
}

// Ended reports whether the body is whole. One that ends with the connection never is.
func (b *Body) Ended() bool {
	switch b.framing {
	case Length:
		return b.left == 0
	case Chunked:
		return b.chunks.Ended()
	case UntilClose:
		return false
	}
	return true
}

// TakeData is [Body.Take], and gives the data to use, which reports whether it may be
// passed on. What may not is not taken.
func (b *Body) TakeData(p []byte, use func([]byte) bool) (n int, ok bool) {
	if b.framing == Chunked {
		return b.chunks.FeedData(p, use)
	}
	n, ok = b.Take(p)
	if n > 0 && !use(p[:n]) {
		return 0, ok
	}
	return n, ok
}

// Last is p as the last of a body. It reports false when there is no place for p.
func (b *Body) Last(p []byte) ([]byte, bool) {
	switch b.framing {
	case Chunked:
		return b.chunks.Last(p)
	case UntilClose:
		return p, true
	}
	return nil, false
}
