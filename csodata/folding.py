"""How words read: what is left of them without case, accents and punctuation, and what in them cannot be seen."""

import re
import unicodedata

# Letters that Unicode does not take apart, as they are written where they are not at hand.
LETTERS = str.maketrans("øłđðħŧı", "olddhti") | str.maketrans({"œ": "oe", "æ": "ae", "þ": "th"})
# The combining classes of marks that may be left off (accents, points of Hebrew and Arabic); a mark of another class is
# part of its letter, such as a vowel of Hindi or Thai.
ACCENTS = {1, *range(10, 37), *range(200, 241)}
NEITHER_LETTER_NOR_DIGIT = re.compile("[^a-z0-9]")
INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and marks that show nothing


def folded(text: str) -> str:
    """Return a text without case, accents, punctuation and blanks: what is left is equal for what reads alike.

    Nothing is left of a text without a letter or a digit.
    """
    if text.isascii():  # nearly all are, and it is ten times as fast
        return NEITHER_LETTER_NOR_DIGIT.sub("", text.lower())
    for _ in range(2):  # taking a letter apart may give a capital, and a small letter one that can be taken apart
        text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text).translate(LETTERS)
        if unicodedata.category(letter)[0] in "LMN"
        and unicodedata.combining(letter) not in ACCENTS
        and letter not in INVISIBLE
    )


def hidden(text: str) -> list[str]:
    """Return the characters of a text that cannot be seen: control and format characters; no blank, no line break."""
    return [
        character
        for character in text
        if (unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "\n\r") or character in INVISIBLE
    ]
