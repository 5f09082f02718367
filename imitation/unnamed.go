package imitation

// unnamed reports whether signs show that a name, a code or a card is asked for by
// fields that do not say so, or not by themselves. Amazon's own words for that step
// stand there, and more that is on Amazon's pages: a title, or the line or the terms
// that are at the foot. Who explains the step has the one, and shops that take Amazon
// Pay the other. A small page that has both the name for its title and the line right
// below such fields needs no words (claimed.go).
func (s *set) unnamed() bool {
	parts := s.any(titleWhole, titleSeller) // which count there, as for any page
	foot := s.any(copyrightLine, termsLine) || parts && s.has(partLegal)
	titled := s.any(titleWhole, titleAbout, titleSeller, titleBrand)
	if s.any(openField, nameField) {
		switch {
		case foot && s.any(trustBrowser, otpSent),
			s.has(copyrightLine) && s.has(verificationNeeded) && s.has(codeAgain),
			s.has(emailOrPhone) && (foot || s.any(titleWhole, titleSeller)),
			foot && s.has(titleWhole) && s.any(newCustomer, createAccount, partWords):
			return true
		}
	}
	if s.has(titleNamed) {
		return true
	}
	if !foot || !s.has(cardField) && !(s.has(openField) && s.has(cardLabel)) {
		return false
	}
	return s.any(primeLure, primeNotice, accountLure) || s.has(paymentProblem) && (titled || s.has(copyrightLine) && s.has(termsLine))
}

// codeAsked reports whether a page asks for a code in a field that does not say so, in
// Amazon's own words above it and below, and names says that the former name Amazon: tools
// took over the words, for codes of their own. text is what counts of its own. In a bundle
// they are those of a program that waits for the code of a shop's.
func (s *set) codeAsked(text *set, names bool) bool {
	return s.has(openField) && text.has(otpSent) && text.has(trustBrowser) && names
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
	codePage                               = known("code-page")
	trustBrowser, otpSent                  = known("trust-browser"), known("otp-sent")
	verificationNeeded, codeAgain          = known("verification-needed"), known("code-again")
	emailOrPhone, mailOrPhone, newCustomer = known("email-or-phone"), known("mail-or-phone"), known("new-customer")
	createAccount                          = known("create-account")
	primeLure, accountLure, paymentProblem = known("prime-lure"), known("account-lure"), known("payment-problem")
	cardLabel, primeNotice                 = known("card-label"), known("prime-notice")
)
