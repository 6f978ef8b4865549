"""The log as mathematics: events, the Merkle tree over them, signed checkpoints."""
