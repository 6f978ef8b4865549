"""Photo to swatch: what is compared is the cloth, in even light, at one size."""
