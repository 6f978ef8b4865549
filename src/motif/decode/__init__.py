"""One file per picture format: what is checked before decoding, and how samples become sRGB."""
