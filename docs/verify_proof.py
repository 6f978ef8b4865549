"""Verify a proof from a motif registry, without the registry and without motif.

    pip install cryptography
    python verify_proof.py PROOF.json --key KEY.txt [--file PHOTO]

KEY.txt holds the office's public key, one line, obtained from the office and not from whoever gave you
the proof. Needs nothing else. The rules: RFC 9162 section 2.1 (hash tree), c2sp.org/signed-note.
Prints what is proved and ends with 0, or says what is wrong and ends with 1.
"""

import argparse
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(data):
    return hashlib.sha256(data).digest()


def climb(place, last, node, path, old=None):
    """Walk up the tree; `old` walks along with what lay left of the old log's end."""
    for step in map(base64.b64decode, path):
        if last == 0:
            raise ValueError("path is too long")
        if place & 1 or place == last:
            node = sha256(b"\1" + step + node)
            old = old and sha256(b"\1" + step + old)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + step)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("path is too short")
    return node, old


def read_checkpoint(note, key):
    """Check the signature; return size, root and the rest of the text."""
    name, key_hash, coded = key.strip().split("+", 2)
    public = base64.b64decode(coded)
    expected = sha256(name.encode() + b"\n" + public)[:4]
    if public[:1] != b"\1" or expected.hex() != key_hash:
        raise ValueError("the key is damaged")
    body, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        _, signer, signature = line.split(" ")
        signed = base64.b64decode(signature)
        if signer == name and signed[:4] == expected:
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(signed[4:], (body + "\n").encode())
            origin, size, root, *rest = body.split("\n")
            if origin != name:
                raise ValueError(f"the checkpoint is of {origin}")
            return int(size), base64.b64decode(root), " ".join(rest)
    raise ValueError("the checkpoint is not signed with this key")


def check(proof, key, photo):
    size, root, rest = read_checkpoint(proof["checkpoint"], key)
    print(f"signed: a log of {size} events, {rest}")
    for event in proof["events"]:
        body, seq = event["body"].encode(), event["seq"]
        if not 0 <= seq < size or climb(seq, size - 1, sha256(b"\0" + body), event["path"])[0] != root:
            raise ValueError(f"event {seq} is not in that log")
        print(f"proved: event {seq} is in it: {event['body']}")
    if "since" in proof:
        old_size, old_root, rest = read_checkpoint(proof["since"]["checkpoint"], key)
        path, place, last = list(proof["since"]["path"]), old_size - 1, size - 1
        while place & 1:
            place, last = place >> 1, last >> 1
        start = old_root if place == 0 else base64.b64decode(path.pop(0))
        if climb(place, last, start, path, start) != (root, old_root):
            raise ValueError("the log was rewritten since the earlier checkpoint")
        print(f"proved: the log of {old_size} events ({rest}) is its beginning")
    if photo is not None and hashlib.sha256(photo).hexdigest() not in json.dumps(proof["events"]):
        raise ValueError("the file given is none that these events name")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("proof", type=argparse.FileType("r", encoding="utf-8"))
    parser.add_argument("--key", type=argparse.FileType("r"), required=True)
    parser.add_argument("--file", type=argparse.FileType("rb"))
    given = parser.parse_args()
    try:
        check(json.load(given.proof), given.key.read(), given.file and given.file.read())
    except (InvalidSignature, KeyError, TypeError, ValueError) as error:
        sys.exit(f"NOT PROVED: {error or 'the signature is not valid'}")


if __name__ == "__main__":
    main()
