"""Verify a proof from a motif registry, without the registry and without motif.

    pip install cryptography
    python verify_proof.py PROOF.json --key KEY.txt [--file PHOTO]

KEY.txt holds the office's public key, one line, obtained from the office and not from whoever gave you
the proof; PROOF.json may be copied from a motif sheet. The rules: RFC 9162 section 2.1 (hash tree),
c2sp.org/signed-note. Prints what is proved and ends with 0, or says what is wrong and ends with 1.
"""

import argparse
import base64
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PLAIN = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}


def sha256(data):
    return hashlib.sha256(data).digest()


def cut(coded):
    hashes = base64.b64decode(coded)
    return [hashes[start : start + 32] for start in range(0, len(hashes), 32)]


def root_over(start, end, leaves, path):
    """Return the root over events start to end; what holds none of the leaves is taken from the path."""
    if not any(start <= seq < end for seq in leaves):
        return path.pop(0)
    if end - start == 1:
        return leaves[start]
    split = start + (1 << (end - start - 1).bit_length() - 1)
    return sha256(b"\1" + root_over(start, split, leaves, path) + root_over(split, end, leaves, path))


def both_roots(old, size, path, known=None):
    """Return the roots over the first `old` events and over all; one tree is built inside the other."""
    if old == size:
        return (known or path.pop(0),) * 2
    split = 1 << (size - 1).bit_length() - 1
    if old <= split:
        root, left = both_roots(old, split, path, known)
        return root, sha256(b"\1" + left + path.pop(0))
    roots = both_roots(old - split, size - split, path)
    left = path.pop(0)
    return tuple(sha256(b"\1" + left + right) for right in roots)


def read_checkpoint(note, key):
    name, key_hash, coded = key.strip().split("+", 2)
    public, expected = base64.b64decode(coded), sha256(f"{name}\n".encode() + base64.b64decode(coded))[:4]
    if public[:1] != b"\1" or expected.hex() != key_hash:
        raise ValueError("the key is damaged")
    body, _, signatures = note.partition("\n\n")
    for signer, signature in (line.split(" ")[1:] for line in signatures.splitlines()):
        signed = base64.b64decode(signature)
        if signer == name and signed[:4] == expected and body.startswith(name + "\n"):
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(signed[4:], (body + "\n").encode())
            _, size, root, *rest = body.split("\n")
            return int(size), base64.b64decode(root), " ".join(rest)
    raise ValueError("the checkpoint is not signed with this key")


def check(proof, key, photo):
    size, root, rest = read_checkpoint(proof["checkpoint"], key)
    print(f"signed: a log of {size} events, {rest}")
    # What was hashed is an event in canonical JSON: here as JSON, or as that very text.
    bodies = [event if isinstance(event, str) else json.dumps(event, **PLAIN) for event in proof["events"]]
    leaves = {json.loads(body)["seq"]: sha256(b"\0" + body.encode()) for body in bodies}
    path = cut(proof["path"])
    inside = len(leaves) == len(bodies) > 0 and all(0 <= seq < size for seq in leaves)
    if not inside or root_over(0, size, leaves, path) != root or path:
        raise ValueError("these events are not in that log")
    print(*(f"proved: in it is {body}" for body in bodies), sep="\n")
    if "since" in proof:
        old_size, old_root, rest = read_checkpoint(proof["since"]["checkpoint"], key)
        path = cut(proof["since"]["path"])
        roots = both_roots(old_size, size, path, old_root) if 1 <= old_size <= size else None
        if roots != (old_root, root) or path:
            raise ValueError("the log was rewritten since the earlier checkpoint")
        print(f"proved: the log of {old_size} events ({rest}) is its beginning")
    if photo is not None and hashlib.sha256(photo).hexdigest() not in "".join(bodies):
        raise ValueError("the file given is none that these events name")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("proof", type=argparse.FileType(encoding="utf-8"))
parser.add_argument("--key", type=argparse.FileType(), required=True)
parser.add_argument("--file", type=argparse.FileType("rb"))
args = parser.parse_args()
try:
    check(json.loads("".join(map(str.strip, args.proof))), args.key.read(), args.file and args.file.read())
except (InvalidSignature, LookupError, TypeError, ValueError) as error:
    sys.exit(f"NOT PROVED: {error or 'the signature is not valid'}")
