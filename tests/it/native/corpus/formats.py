#: JSON, its options and errors
import json, decimal, datetime
data = {"b": [1, 2.5, None, True], "a": {"é": "\u2028\n\"", "n": 1e100}, "c": []}
print(json.dumps(data), json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False), json.dumps(data, separators=(",", ":")), json.dumps({1: 2, None: 3, True: 4}))
print(json.loads('{"x": 1.10, "y": [1e5, -0, 12345678901234567890]}', parse_float=decimal.Decimal), json.loads("[NaN, -Infinity]"), json.loads('"\\ud83d\\ude00"'), json.dumps(float("inf")), json.dumps([datetime.date(2020, 1, 2)], default=str))
class Own(json.JSONEncoder):
    def default(self, x): return sorted(x) if isinstance(x, set) else super().default(x)
print(json.dumps({"s": {3, 1}}, cls=Own), json.loads('{"a": 1}', object_pairs_hook=list), json.loads('{"r": 1, "i": 2}', object_hook=lambda d: complex(d["r"], d["i"])), json.JSONDecoder().raw_decode("[1] rest"))
for wrong in ("", "{", "[1 2]", "{'a': 1}", '"\n"', "nul"):
    try: json.loads(wrong)
    except json.JSONDecodeError as error: print(error.lineno, error.colno, error.pos)
for wrong in ({1}, float("nan"), {(1, 2): 3}):
    try: json.dumps(wrong, allow_nan=False)
    except (TypeError, ValueError) as error: print(type(error).__name__)

#: tables as CSV
import csv, io
rows = [["name", "note"], ["Ann", 'says "hi", twice'], ["Bob", "two\nlines"], ["", None], [1.5, True]]
out = io.StringIO(); csv.writer(out).writerows(rows); print(repr(out.getvalue()), list(csv.reader(io.StringIO(out.getvalue(), newline=""))))
for options in (dict(delimiter=";", quoting=csv.QUOTE_ALL), dict(quoting=csv.QUOTE_NONNUMERIC, lineterminator="|"), dict(delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\", quotechar=None)):
    o = io.StringIO(); csv.writer(o, **options).writerows(rows[:2]); print(repr(o.getvalue()))
print([dict(r) for r in csv.DictReader(io.StringIO("a,b\n1,2\n3\n4,5,6\n"), restkey="more", restval="-")], csv.Sniffer().sniff("a;b\n1;2\n").delimiter)
o = io.StringIO(); w = csv.DictWriter(o, ["x", "y"], extrasaction="ignore"); w.writeheader(); w.writerow({"x": 1, "z": 2}); print(repr(o.getvalue()))
try: list(csv.reader(["a\0b"], strict=True)) and csv.writer(o, quoting=csv.QUOTE_NONE).writerow([","])
except csv.Error as error: print("csv.Error")

#: structures of bytes
import struct
packed = struct.pack("<IhB?xd4s", 3000000000, -2, 255, True, 0.1, b"abcdef"); print(packed.hex(), struct.unpack("<IhB?xd4s", packed), struct.calcsize(">hq"), struct.calcsize("<hq"), struct.calcsize("=hq"))
print(struct.pack(">e f", 1.5, -2.25).hex(), list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.pack("<3h", 1, 2, 3), struct.pack("<5p", b"ab"), struct.unpack_from("<B", b"abc", 1), struct.Struct("!BH").size)
for wrong in (lambda: struct.pack("<B", 256), lambda: struct.unpack("<I", b"abc"), lambda: struct.pack("z", 1), lambda: struct.pack("<i")):
    try: wrong()
    except struct.error: print("struct.error")

#: digests
import hashlib, hmac, zlib, binascii
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"): print(name, hashlib.new(name, "né".encode()).hexdigest())
h = hashlib.sha256(); h.update(b"a"); c = h.copy(); h.update(b"b"); print(h.hexdigest() == hashlib.sha256(b"ab").hexdigest(), c.hexdigest()[:8], h.digest_size, h.block_size, hashlib.shake_128(b"x").hexdigest(5), hashlib.blake2b(b"x", digest_size=4, key=b"k").hexdigest())
print(hmac.new(b"key", b"text", "sha256").hexdigest(), hmac.compare_digest("a", "a"), hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 10).hex(), zlib.crc32(b"abc"), zlib.adler32(b"abc"), binascii.crc_hqx(b"abc", 0), sorted(hashlib.algorithms_guaranteed)[:3])
print(hashlib.file_digest(open(__file__, "rb"), "md5").hexdigest() == hashlib.md5(open(__file__, "rb").read()).hexdigest())
try: hashlib.new("none")
except ValueError as error: print("ValueError")

#: bytes as text
import base64, binascii, quopri
data = bytes(range(0, 250, 7))
for f, g in ((base64.b64encode, base64.b64decode), (base64.urlsafe_b64encode, base64.urlsafe_b64decode), (base64.b32encode, base64.b32decode), (base64.b16encode, base64.b16decode), (base64.a85encode, base64.a85decode), (base64.b85encode, base64.b85decode)): print(f(data), g(f(data)) == data)
print(base64.encodebytes(b"x" * 80), base64.b32hexencode(b"hi"), binascii.hexlify(b"ab", "-"), quopri.encodestring("é=x".encode()), binascii.b2a_uu(b"abc"), base64.b64decode("YWI="))
for wrong in (lambda: base64.b64decode("a"), lambda: base64.b32decode("a"), lambda: binascii.unhexlify("abc")):
    try: wrong()
    except (binascii.Error, ValueError) as error: print(type(error).__name__)

#: archives
import gzip, zipfile, tarfile, io, bz2, lzma, zlib
text = b"abc" * 1000
for m in (gzip, bz2, lzma, zlib): print(m.__name__, m.decompress(m.compress(text)) == text, len(m.compress(text)) < 200)
z = io.BytesIO()
with zipfile.ZipFile(z, "w", zipfile.ZIP_DEFLATED) as f: f.writestr("a/b.txt", text); f.writestr(zipfile.ZipInfo("c", (2020, 1, 2, 3, 4, 6)), "x"); f.mkdir("d")
with zipfile.ZipFile(z) as f: print(f.namelist(), f.read("c"), f.testzip(), f.getinfo("a/b.txt").file_size, f.getinfo("c").date_time, sorted(p.name for p in zipfile.Path(f).iterdir()), f.open("a/b.txt").read(4)); f.extractall("out")
t = io.BytesIO()
with tarfile.open(fileobj=t, mode="w:gz") as f: f.add("out", "in"); i = tarfile.TarInfo("n"); i.size = 2; f.addfile(i, io.BytesIO(b"hi"))
t.seek(0)
with tarfile.open(fileobj=t) as f: print(sorted(f.getnames()), f.extractfile("n").read(), f.getmember("in/a/b.txt").size); f.extractall("tar", filter="data")
print(open("tar/in/a/b.txt", "rb").read() == text, gzip.open(io.BytesIO(gzip.compress(b"l1\nl2")), "rt").readlines(), zipfile.is_zipfile("out/c"), zlib.decompressobj().decompress(zlib.compress(text), 7))
for wrong in (lambda: gzip.decompress(b"no"), lambda: zipfile.ZipFile(io.BytesIO(b"no")), lambda: zlib.decompress(b"no"), lambda: tarfile.open(fileobj=io.BytesIO(b"no")), lambda: lzma.decompress(b"no")):
    try: wrong()
    except (OSError, zipfile.BadZipFile, zlib.error, tarfile.TarError, lzma.LZMAError) as error: print(type(error).__name__)

#: pickles of many kinds
import pickle, datetime, decimal, fractions, collections, enum, io, functools, operator
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.__dict__ == o.__dict__
    def __getstate__(self): return {"x": self.x}
    def __setstate__(self, s): self.x = s["x"]; self.x += 0
class R:
    def __reduce__(self): return (int, ("7",))
E = enum.Enum("E", "A B", module=__name__); N = collections.namedtuple("N", "a b")
for x in (1, 2**80, 1.5, "é", b"x", [1, [2]], {"a": (1,)}, {1, 2}, None, datetime.datetime(2020, 1, 1), decimal.Decimal("1.5"), fractions.Fraction(1, 3), E.B, N(1, 2), P(5), collections.OrderedDict(a=1), collections.Counter("aab"), collections.deque([1], 3), range(3), slice(1, 2), 1j, bytearray(b"q"), operator.itemgetter(1)([0, 5])):
    print(all(pickle.loads(pickle.dumps(x, p)) == x for p in range(6)), len(pickle.dumps(x, 4)) > 0)
a = []; a.append(a); b = pickle.loads(pickle.dumps(a)); print(b[0] is b, pickle.loads(pickle.dumps(R())), pickle.loads(pickle.dumps(P)) is P)
for wrong in (lambda: pickle.dumps(lambda: 0), lambda: pickle.loads(b"no"), lambda: pickle.dumps(x for x in [])):
    try: wrong()
    except (pickle.PicklingError, pickle.UnpicklingError, TypeError, AttributeError) as error: print("can't")

#: settings: ini and toml
import configparser, tomllib, io
c = configparser.ConfigParser(); c.read_string("[DEFAULT]\nroot = /data\n[train]\npath = %(root)s/x\nlr = 0.01\nepochs: 3\ndebug = yes\nlong = a\n  b\n# note\n[empty]\nflag=\n")
print(c.sections(), c["train"]["path"], c.getfloat("train", "lr"), c.getint("train", "epochs"), c.getboolean("train", "debug"), repr(c["train"]["long"]), c.get("train", "none", fallback="f"), "root" in c["empty"], dict(c["empty"]))
c["new"] = {"a": "1"}; o = io.StringIO(); c.write(o); print(o.getvalue())
for wrong in ("a = 1", "[a]\n[a]", "[a]\nb"):
    try: configparser.ConfigParser().read_string(wrong)
    except configparser.Error as error: print(type(error).__name__)
t = tomllib.loads('title = "x"\n[a.b]\nn = [1, 2]\nd = 1979-05-27T07:32:00Z\nf = 1e3\nh = 0xff\n[[items]]\nk = {z = true}\n[[items]]\ns = """\nmulti\\\n  line"""\n'); print(t)
for wrong in ("a = ", "a = 1\na = 2", "[x"):
    try: tomllib.loads(wrong)
    except tomllib.TOMLDecodeError: print("TOMLDecodeError")

#: XML
import xml.etree.ElementTree as ET, io
from xml.sax.saxutils import escape, quoteattr
from xml.dom import minidom
root = ET.fromstring("<r a='1'><i k='x'>one</i><i>two &amp; 3</i><n:e xmlns:n='urn:n'/><!-- c --></r>")
print(root.tag, root.attrib, [i.text for i in root.iter("i")], root.find("i[@k='x']").text, root.findtext("i[2]"), len(root), root[2].tag, root.findall(".//{urn:n}e") != [], "".join(root.itertext()))
new = ET.SubElement(root, "new", {"q": "<\"&'>"}); new.text = "é"; new.tail = "\n"; ET.indent(root); print(ET.tostring(root, "unicode"), ET.tostring(new), ET.tostring(new, encoding="utf-8"))
print([(e, x.tag) for e, x in ET.iterparse(io.StringIO("<a><b/></a>"), events=("start", "end"))], escape("<&>"), quoteattr('a"b'), minidom.parseString("<a><b c='1'/></a>").toprettyxml(indent=" "))
for wrong in ("<a>", "<a></b>", "", "<a>&x;</a>"):
    try: ET.fromstring(wrong)
    except ET.ParseError as error: print(error.position)

#: HTML
import html
from html.parser import HTMLParser
class Links(HTMLParser):
    def __init__(self): super().__init__(); self.out = []
    def handle_starttag(self, tag, attrs): self.out.append((tag, dict(attrs)))
    def handle_data(self, data): self.out.append(data.strip())
    def handle_endtag(self, tag): self.out.append("/" + tag)
p = Links(); p.feed("<p class=x>Hi <a href='u?a=1&amp;b'>link</a><br/>&eacute;&#33;</p>"); p.close(); print([x for x in p.out if x], html.escape("<a href=\"x\">'&"), html.unescape("&lt;&eacute;&#x1F40D;&nope;"))

#: mail
from email.message import EmailMessage
from email import message_from_string, policy
from email.utils import parseaddr, formataddr, parsedate_to_datetime, format_datetime
from email.header import Header, decode_header
import datetime
m = EmailMessage(); m["Subject"] = "Grüße"; m["From"] = "A <a@x.org>"; m["To"] = "b@x.org, c@x.org"; m.set_content("text é\n"); m.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="f.bin")
print(m["to"].addresses[1].addr_spec, m.get_content_type(), [p.get_content_type() for p in m.walk()], m.get_body().get_content(), next(m.iter_attachments()).get_filename(), m["subject"])
r = message_from_string("From: x@y\nSubject: =?utf-8?q?caf=C3=A9?=\nX: a\n b\n\nbody\n", policy=policy.default); print(r["subject"], repr(r["x"]), r.get_content(), parseaddr("N <n@x>"), formataddr(("é", "e@x")), decode_header("=?iso-8859-1?q?p=F6?="))
print(parsedate_to_datetime("Mon, 20 Nov 1995 19:12:08 -0500"), format_datetime(datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)), Header("é").encode())

#: kinds of files, names of things, colours
import mimetypes, uuid, colorsys
print([mimetypes.guess_type(n)[0] for n in ("a.py", "b.tar.gz", "c.png", "d.json", "e")], mimetypes.guess_type("b.tar.gz")[1], mimetypes.guess_extension("text/html"), uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid3(uuid.NAMESPACE_URL, "x"), uuid.UUID(int=5).hex, uuid.UUID("{12345678-1234-5678-1234-567812345678}").fields, uuid.UUID(bytes=b"0" * 16).version, uuid.uuid4().version)
print([round(x, 9) for x in (*colorsys.rgb_to_hsv(0.2, 0.4, 0.6), *colorsys.hls_to_rgb(0.5, 0.25, 0.5), *colorsys.rgb_to_yiq(1, 0.5, 0))])
try: uuid.UUID("x")
except ValueError as error: print(error)

#: streams in memory
import io
b = io.BytesIO(b"line1\nline2\r\nend"); print(b.readline(), b.tell(), b.read(3), b.seek(-3, 2), b.read(), b.getbuffer().nbytes, b.seek(2), b.write(b"XX"), b.getvalue(), b.truncate(4), b.getvalue())
t = io.TextIOWrapper(io.BytesIO("é\r\nb\rc\n".encode("utf-16")), "utf-16"); print(t.readlines(), t.encoding, io.StringIO("a\r\nb", newline=None).read().encode(), io.StringIO("a\nb\n").readlines(), list(io.StringIO("x\n\ny")))
r = io.BufferedReader(io.BytesIO(b"abcdef"), 2); print(r.peek(1)[:1], r.read1(2), r.readinto(buf := bytearray(3)), buf, r.read())
class Upper(io.RawIOBase):
    def __init__(self): self.got = b""
    def writable(self): return True
    def write(self, data): self.got += bytes(data).upper(); return len(data)
u = Upper(); w = io.BufferedWriter(u, 4); w.write(b"ab"); print(u.got); w.write(b"cdefg"); w.flush(); print(u.got)
for wrong in (lambda: io.StringIO().read(-1) and 0 or io.BytesIO().write("s"), lambda: b.seek(-1), lambda: (b.close(), b.read()), lambda: t.seek(1, 1), lambda: open("x", "rw"), lambda: open("x", "wb", encoding="utf-8")):
    try: print(wrong())
    except (TypeError, ValueError, OSError) as error: print(type(error).__name__)

#: pretty printing and short representations
import pprint, reprlib
data = {"name": "x" * 30, "list": list(range(30)), "nested": {"a": [{"deep": (1, 2, 3)}] * 3, "z": {"set": {3, 1, 2}}}}
pprint.pprint(data); pprint.pprint(data, width=40, depth=2, compact=True, sort_dicts=False); print(pprint.pformat([1, [2]], indent=4), pprint.isreadable(data), reprlib.repr(list(range(100))), reprlib.repr("x" * 100))
x = [1]; x.append(x); print(x, pprint.saferepr(data)[:20], reprlib.repr({i: i for i in range(9)}))
