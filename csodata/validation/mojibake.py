"""Tell text whose UTF-8 was read as Windows-1252, `MÃ©decins` for `Médecins`, from text that is written so."""

import re

# The byte of each character of Windows-1252; the five that it does not define are read as control characters.
BYTES = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}
CONTROL = re.compile("[\x80-\x9f]")
MOST_ROUNDS = 3  # a text may have gone through it several times
SUSPECT = re.compile("[Â-ô][^\x00-\x7fÂ-ô]")
# What a single garbled character was, where it is no chance: accented letters of Europe and Vietnam, signs of print and
# currency, emoji. A lone letter of another script may be French: é, no-break space and » make one Chinese character.
LIKELY = re.compile(
    "[\u0080-\u017f\u0218-\u021b\u1e00-\u1eff\u2010-\u206f\u20a0-\u20bf\u2100-\u214f\U0001f000-\U0001faff]+|"
    r".*[^\W\d_].*[^\W\d_].*"
)
NO_BREAK = re.compile("[^\x00-\x7fÂÃ]\u00a0")  # a blank of print behind a letter, as French has it before : and »
IN_CAPITALS = re.compile("[A-Z]{2}[à-ÿ](?![^\x00-\x7f])")  # IRMÃ”, and a closing quotation mark, is no IRMà


def unspoilt(text: str) -> str | None:
    """Return what a text was before it was garbled, or None where it was not.

    It was, if all of it, as bytes of Windows-1252, is UTF-8, and its sequences of several bytes make likely characters.
    """
    meant = None
    for _ in range(MOST_ROUNDS):
        before = _once(text)
        if before is None:
            break
        meant = text = before
    return None if meant is None or CONTROL.search(meant) else meant


def _once(text: str) -> str | None:
    if text.isascii() or not SUSPECT.search(text) or not all(character in BYTES for character in set(text)):
        return None
    try:
        meant = bytes(map(BYTES.__getitem__, text)).decode("utf-8")
    except UnicodeDecodeError:
        return None
    runs = re.findall(r"[^\x00-\x7f]+", meant)
    by_chance = len(runs) == 1 and (NO_BREAK.search(text) or IN_CAPITALS.search(meant))
    return None if by_chance or not all(map(LIKELY.fullmatch, runs)) else meant
