package imitation

// unnamed reports whether signs show that a code or a card is asked for by fields
// that do not say so, or not by themselves: Amazon's own words for that step stand
// there, and the line or the terms that are at the foot of Amazon's pages. Who
// explains the step has the one, and shops that take Amazon Pay the other.
func (s *set) unnamed() bool {
	if !s.any(copyrightLine, termsLine) {
		return false
	}
	if s.any(openField, nameField) && s.any(trustBrowser, otpSent) {
		return true
	}
	asks := s.has(cardField) || s.has(openField) && s.has(cardLabel)
	return asks && (s.any(primeLure, primeNotice, accountLure) || s.has(paymentProblem) && s.has(copyrightLine) && s.has(termsLine))
}

// unnamedWith is unnamed for s and a text together.
func (s *set) unnamedWith(text *set) bool {
	all := *s
	all.join(text)
	return all.unnamed()
}

func (s *set) any(some ...int) bool {
	for _, i := range some {
		if s.has(i) {
			return true
		}
	}
	return false
}

var (
	copyrightLine, termsLine               = known("copyright"), known("terms")
	trustBrowser, otpSent                  = known("trust-browser"), known("otp-sent")
	primeLure, accountLure, paymentProblem = known("prime-lure"), known("account-lure"), known("payment-problem")
	cardLabel, primeNotice                 = known("card-label"), known("prime-notice")
)
