"""The numbers of a path's parts, in another language than ours: `json list of texts` on stdin → list of lists.

    echo '["order-42"]' | python3 test/frame/path_text_numbers.py

It needs nothing but Python. path-text-vectors.json was written by it.
"""

import hashlib
import json
import re
import sys
import uuid

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def numbers(text):
    if UUID.fullmatch(text):
        value = uuid.UUID(text).int
        return [value >> 64, value & (2**64 - 1)]
    return [int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")]


json.dump([[str(number) for number in numbers(text)] for text in json.load(sys.stdin)], sys.stdout)
