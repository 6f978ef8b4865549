"""The pictures in reports: cloths side by side, laid over, and described."""
