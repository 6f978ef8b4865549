"""What a registry knows, as frozen values; nothing here imports the registry."""
