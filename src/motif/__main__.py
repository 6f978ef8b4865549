"""``python -m motif``: the same as the command ``motif``."""

from motif.cli import main

if __name__ == "__main__":
    main()
