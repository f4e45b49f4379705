#: the longest run of one letter
def longest_run(text):
    best, start = "", 0
    for at in range(1, len(text) + 1):
        if at == len(text) or text[at] != text[start]:
            if at - start > len(best):
                best = text[start:at]
            start = at
    return best
for text in ("", "a", "aabbbcc", "xyz", "ééé--", "🐍🐍a"):
    print(repr(longest_run(text)), len(longest_run(text)))

#: words turned round, spaces kept
import re
def turn(text):
    return "".join(part[::-1] if not part.isspace() else part for part in re.split(r"(\s+)", text))
for text in ("hello  world", " a bc\tdef\n", "", "no-space"):
    print(repr(turn(text)))

#: run-length encoding and back
from itertools import groupby
def encode(text):
    return "".join(f"{len(list(run))}{letter}" for letter, run in groupby(text))
def decode(text):
    import re
    return "".join(letter * int(count) for count, letter in re.findall(r"(\d+)(\D)", text))
for text in ("", "aaab", "zzzzzzzzzzzz", "abc"):
    print(encode(text), decode(encode(text)) == text)

#: a shift cipher that keeps case
def shift(text, by):
    def one(letter):
        for first in "aA":
            if letter.isascii() and letter.isalpha() and letter.islower() == first.islower():
                return chr((ord(letter) - ord(first) + by) % 26 + ord(first))
        return letter
    return "".join(map(one, text))
for text, by in (("Attack at Dawn!", 3), ("xyz", -30), ("Straße", 13)):
    print(shift(text, by), shift(shift(text, by), -by) == text)

#: anagrams by their sorted letters
from collections import defaultdict
def anagrams(words):
    groups = defaultdict(list)
    for word in words:
        groups["".join(sorted(word.casefold()))].append(word)
    return sorted((group for group in groups.values() if len(group) > 1), key=lambda g: (-len(g), g))
print(anagrams(["Listen", "silent", "enlist", "google", "elgoog", "abc", "Straße", "strasse"]))

#: brackets that match, and where they don't
def unmatched(text):
    pairs, stack = {")": "(", "]": "[", "}": "{"}, []
    for at, letter in enumerate(text):
        if letter in pairs.values():
            stack.append((letter, at))
        elif letter in pairs:
            if not stack or stack.pop()[0] != pairs[letter]:
                return at
    return stack[-1][1] if stack else None
for text in ("", "([]{})", "(]", "((", "a)b", "{[()]}("):
    print(text, unmatched(text))

#: numbers in Roman letters
NUMERALS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
            (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
def roman(number):
    if not 0 < number < 4000:
        raise ValueError(f"{number} has no Roman form")
    text = ""
    for value, letters in NUMERALS:
        count, number = divmod(number, value)
        text += letters * count
    return text
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 944, 1994, 3999)])
for wrong in (0, 4000):
    try: roman(wrong)
    except ValueError as error: print(error)

#: text wrapped, dedented, shortened
import textwrap
text = "The quick brown fox, jumping over the lazy dog; extraordinarily-hyphenated words-too."
print(textwrap.fill(text, 24, initial_indent="* ", subsequent_indent="  "))
print(textwrap.wrap(text, 11, break_long_words=True), textwrap.wrap(text, 12, break_on_hyphens=False))
print(textwrap.shorten(text, 40, placeholder=" …"), repr(textwrap.dedent("\n   a\n     b\n  \n   c")))
print(textwrap.indent("a\n\nb", "> ", lambda line: True), textwrap.TextWrapper(width=9, max_lines=2).wrap(text))

#: format specifications
value, name = 1234.5678, "né"
for spec in ("", ".2f", "10.1f", "<12", ">12,.3f", "^+14.2e", "010.3f", "g", ".3g", "%", "_.1f", "*^15"):
    print(f"{spec:8}|{value:{spec}}|")
for spec in ("d", "b", "#x", "o", "X", ",", "_b", "+d", " d", "08b", "c", "n", "e"):
    print(f"{spec:4}|{233:{spec}}|")
print(f"{name!r:>8}|{name!a}|{name:_^7}|{name = }|{value:{10}.{2}f}|{'{'}{{}}|{3 == 3.0=}")
print("{0[1]} {1.real} {x!s:>4}".format([1, 2], 3j, x=None), "%5.2f|%-5s|%05d|%x|%r|%%" % (1.005, "a", -42, 255, "q"))
for wrong in ("{:d}", "{:.2q}", "{"):
    try: wrong.format(1.5)
    except (ValueError, IndexError) as error: print(type(error).__name__)

#: unicode: normal forms, categories, names, case
import unicodedata
for text in ("é", "ﬁ", "Å", "①", "Ⅷ", "ß", "İ", "ǆ"):
    print([unicodedata.normalize(form, text).encode("unicode_escape") for form in ("NFC", "NFD", "NFKC", "NFKD")],
          unicodedata.category(text), unicodedata.name(text), text.upper(), text.lower().encode("utf-8"), text.title(), text.casefold())
print(unicodedata.lookup("SNOWMAN"), unicodedata.numeric("½"), unicodedata.east_asian_width("漢"), unicodedata.bidirectional("א"))
print("٣".isdigit(), int("٣"), "²".isdigit(), "²".isdecimal(), "½".isnumeric(), "x²".isidentifier(), "naïve".isidentifier())

#: encodings and their errors
text = "naïve café ✓ 🐍"
for codec in ("utf-8", "utf-16", "utf-16-le", "utf-32-be", "latin-1", "cp1252", "ascii", "shift_jis", "gb18030", "utf-7", "koi8-r", "big5", "euc_kr", "idna", "punycode"):
    try:
        encoded = text.encode(codec)
        print(codec, encoded.hex(), encoded.decode(codec) == text)
    except UnicodeError as error:
        print(codec, type(error).__name__)
for errors in ("ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"):
    print(errors, text.encode("ascii", errors))
for errors in ("ignore", "replace", "backslashreplace", "surrogateescape"):
    print(errors, ascii(b"a\xff\xc3b\xe2\x82".decode("utf-8", errors)))

#: splitting and joining
for text in ("a,b,,c", "", ",", "  a  b ", "a\r\nb\x0bc\u2028d\n"):
    print(text.split(","), text.split(), text.rsplit(",", 1), text.partition(","), text.rpartition(","), text.splitlines(), text.splitlines(True))
print("-".join("abc"), "abc".center(9, "*"), "x".zfill(4), "-7".zfill(4), "a\tb".expandtabs(4), "aXbX".replace("X", "", 1))
print("prefix-rest".removeprefix("prefix-"), "a.py".removesuffix(".py"), "abcabc".rindex("bc"), "aaa".count("aa"), "abc".translate({97: "A", 98: None}))
print("Hello World".swapcase(), "they're bill's".title(), "abc" < "abd" < "b", min("bca"), str.maketrans("ab", "xy", "z"))

#: the distance between two words, and the way
def distance(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if not i or not j:
                table[i][j] = i + j
            else:
                table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
    return table[-1][-1]
for a, b in (("kitten", "sitting"), ("", "abc"), ("flaw", "lawn"), ("same", "same")):
    print(a, b, distance(a, b))

#: what differs between two texts
import difflib
one, two = "a\nb\nc\nd\n".splitlines(True), "a\nB\nc\ne\nd\n".splitlines(True)
print("".join(difflib.unified_diff(one, two, "one", "two")))
print("".join(difflib.context_diff(one, two)), "".join(difflib.ndiff(one, two)))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]), difflib.SequenceMatcher(None, "abxcd", "abcd").get_opcodes())
print(round(difflib.SequenceMatcher(None, "research", "search").ratio(), 6))

#: palindromes, and the longest within
def longest(text):
    best = ""
    for middle in range(len(text)):
        for left, right in ((middle, middle), (middle, middle + 1)):
            while left >= 0 and right < len(text) and text[left] == text[right]:
                left, right = left - 1, right + 1
            best = max(best, text[left + 1:right], key=len)
    return best
print([longest(text) for text in ("", "forgeeksskeegfor", "abc", "abba", "tacocat!")])

#: how often words come, as a histogram
from collections import Counter
def histogram(text):
    counts = Counter(word.strip(".,;!?").lower() for word in text.split())
    width = max(map(len, counts))
    return "\n".join(f"{word:>{width}} {'#' * count}" for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
print(histogram("The cat and the hat. The end; a cat! And the bat?"))

#: snake case, camel case, kebab case
import re
def words(name):
    return re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", name)
for name in ("parseHTTPResponse2", "snake_case_name", "kebab-case", "XMLHttpRequest", "a1b2"):
    parts = words(name)
    print("_".join(map(str.lower, parts)), "-".join(map(str.lower, parts)), "".join(map(str.capitalize, parts)))

#: templates
from string import Template, Formatter, capwords, ascii_letters, punctuation
print(Template("$who owes $$${amount}").substitute(who="Ann", amount=3), Template("$a $b").safe_substitute(a=1))
for wrong in ("$a $b", "$ a"):
    try: Template(wrong).substitute(a=1)
    except (KeyError, ValueError) as error: print(type(error).__name__, error)
print(list(Formatter().parse("a{b!r:>{c}}d{{}}")), capwords("many  words here"), len(ascii_letters), punctuation)

#: digits as words
ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
def spell(n):
    if n < 0: return "minus " + spell(-n)
    if n < 20: return ONES[n]
    if n < 100: return TENS[n // 10 - 2] + ("-" + ONES[n % 10] if n % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if n >= size:
            rest = n % size
            return spell(n // size) + " " + name + (" " + spell(rest) if rest else "")
for n in (0, 13, 21, 100, 342, 1001, -70015, 1234567890):
    print(spell(n))

#: a glob matcher of one's own beside fnmatch
import fnmatch
def matches(pattern, text):
    if not pattern: return not text
    if pattern[0] == "*":
        return any(matches(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and matches(pattern[1:], text[1:])
for pattern, text in (("*.py", "main.py"), ("a?c*", "abcd"), ("", ""), ("*a*b", "xxaxxb"), ("?", "")):
    print(matches(pattern, text), fnmatch.fnmatchcase(text, pattern))
print(fnmatch.filter(["a.txt", "B.TXT", "[x]"], "[ab]*"), fnmatch.fnmatch("x1", "x[!2]"))
