"""The certificates in an authority's answer: put in order, and completed, before it is read.

An answer is a CMS message, whose certificates are a set, which DER sorts by its bytes. Authorities, OpenSSL's
among them, leave them in the order of the chain, and strict readers refuse that. Nobody signs that set, so
that it can be sorted, and a certificate that the authority left out can be put into it.

References
----------
.. [1] Housley (2009). RFC 5652: Cryptographic Message Syntax, section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SEQUENCE, _CERTIFICATES, _LISTS_OF_REVOKED, _SIGNERS = 0x30, 0xA0, 0xA1, 0x31


def with_certificates(answer: bytes, more: Iterable[bytes] = ()) -> bytes:
    """Return an answer with its certificates in order, and others among them.

    Parameters
    ----------
    answer : bytes
        TimeStampResp, DER except for the order of certificates.
    more : iterable of bytes
        Certificates, DER.

    Returns
    -------
    bytes
        The answer as it came if it is nothing of this kind; its reader then says what is wrong.

    Examples
    --------
    >>> with_certificates(b"no answer")
    b'no answer'
    """
    try:
        status, token = _parts(_content(answer, _SEQUENCE))
        kind, wrapped = _parts(_content(token, _SEQUENCE))
        signed = list(_parts(_content(_content(wrapped, 0xA0), _SEQUENCE)))
        start, signers = signed[:3], signed[-1]
        if len(start) != 3 or signers[0] != _SIGNERS:
            return answer
        sets = {part[0]: set(_parts(_content(part, part[0]))) for part in signed[3:-1]}
    except (ValueError, IndexError):
        return answer
    if not sets.keys() <= {_CERTIFICATES, _LISTS_OF_REVOKED}:
        return answer
    certificates = sets.get(_CERTIFICATES, set()) | set(more)
    between = [_element(_CERTIFICATES, sorted(certificates))] if certificates else []
    if _LISTS_OF_REVOKED in sets:
        between.append(_element(_LISTS_OF_REVOKED, sorted(sets[_LISTS_OF_REVOKED])))
    message = _element(0xA0, [_element(_SEQUENCE, [*start, *between, signers])])
    return _element(_SEQUENCE, [status, _element(_SEQUENCE, [kind, message])])


def _parts(content: bytes) -> Iterator[bytes]:
    """Yield the elements of which a content is made, each with tag and length."""
    start = 0
    while start < len(content):
        _, end = _extent(content, start)
        yield content[start:end]
        start = end


def _content(element: bytes, tag: int) -> bytes:
    """Return what an element holds; raise ``ValueError`` if it has another tag or is not all."""
    start, end = _extent(element, 0)
    if element[0] != tag or end != len(element):
        raise ValueError("another element was expected")
    return element[start:end]


def _extent(data: bytes, start: int) -> tuple[int, int]:
    """Return where the content of the element at ``start`` begins and ends."""
    first = data[start + 1]
    count = first & 0x7F if first & 0x80 else 0
    begin = start + 2 + count
    length = int.from_bytes(data[start + 2 : begin], "big") if count else first
    if data[start] & 0x1F == 0x1F or first == 0x80 or begin + length > len(data):
        raise ValueError("the element is not whole")
    return begin, begin + length


def _element(tag: int, parts: Iterable[bytes]) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
