"""From any file or array to upright sRGB pixels; what is hostile is refused."""
