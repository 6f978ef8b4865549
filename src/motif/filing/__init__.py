"""The filing: what the portal asks for, checked, in one file."""
