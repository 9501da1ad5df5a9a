"""Write a small real PDF of plain text, the way an old office program does: no tags, no title, no language."""

from __future__ import annotations

PAGE_SIZE = (595, 842)  # A4 in points
MARGIN = 72
LINE_HEIGHT = 18


def write_pdf(lines: list[str]) -> bytes:
    """One A4 page with one line of text per entry, the first one larger; characters outside cp1252 become `?`."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
        % PAGE_SIZE,
        _stream(_text(lines)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assemble(objects)


def _text(lines: list[str]) -> bytes:
    shown = [f"BT /F1 16 Tf {MARGIN} {PAGE_SIZE[1] - MARGIN} Td {LINE_HEIGHT} TL".encode()]
    for number, line in enumerate(lines):
        if number == 1:
            shown.append(b"/F1 11 Tf")
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        shown.append(b"(" + escaped.encode("cp1252", "replace") + b") Tj T*")
    return b"\n".join([*shown, b"ET"])


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _assemble(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
