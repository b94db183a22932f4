"""Two businesses that qualify the same leads differently, to try everything out with."""
