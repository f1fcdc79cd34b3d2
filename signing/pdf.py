"""PDF pages of a document to sign, and of the proof that it was signed. The same input gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from pypdf import PageObject, PdfReader, PdfWriter
from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = 'SigningText'
#: pages of a document that comes back signed
MAX_PAGES = 500

Facts = Sequence[tuple[str, str]]
Sections = Sequence[tuple[str, Sequence[str]]]


def document(font: Path, title: str, facts: Facts, sections: Sections, footer: str = '') -> bytes:
    """A document as PDF.

    :param font: TrueType file whose letters cover the languages of the texts
    :param facts: rows of a table above: (name, value)
    :param sections: (heading, paragraphs)"""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(font)))
    style = lambda name, size, **more: ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.4, **more)  # noqa: E731
    body, head, top = (
        style('body', 10, spaceAfter=6),
        style('head', 12, spaceBefore=8, spaceAfter=4),
        style('top', 18, spaceAfter=10),
    )
    story: list[Flowable] = [Paragraph(escape(title), top)]
    if facts:
        rows = [
            [Paragraph(escape(name), body), Paragraph(escape(value).replace('\n', '<br/>'), body)]
            for name, value in facts
        ]
        table = Table(rows, colWidths=[55 * mm, 115 * mm])
        table.setStyle(
            TableStyle([('VALIGN', (0, 0), (-1, -1), 'TOP'), ('LINEBELOW', (0, 0), (-1, -1), 0.25, '#bbbbbb')])
        )
        story += [table, Spacer(1, 6 * mm)]
    for heading, paragraphs in sections:
        story += [Paragraph(escape(heading), head), *(Paragraph(escape(text), body) for text in paragraphs)]
    out = io.BytesIO()
    rl_config.invariant = 1  # no time of making: the bytes are compared
    made = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=20 * mm, title=title
    )

    def foot(canvas, _made):  # type: ignore[no-untyped-def]
        canvas.setFont(FONT, 8)
        canvas.drawString(20 * mm, 12 * mm, footer[:120])
        canvas.drawRightString(190 * mm, 12 * mm, str(canvas.getPageNumber()))

    made.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def joined(*parts: bytes) -> bytes:
    """One PDF of several, in their order."""
    writer = PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def is_pdf(content: bytes) -> bool:
    """Whether it can be opened as a PDF, without running anything in it."""
    if not content.startswith(b'%PDF-'):
        return False
    try:
        return 0 < len(PdfReader(io.BytesIO(content)).pages) <= MAX_PAGES
    except Exception:  # noqa: BLE001  whatever a broken file makes of the library
        return False


def has_pages_of(original: bytes, signed: bytes) -> bool:
    """Whether a signed PDF begins with the pages of the original: as many of them, with the same texts."""
    if not is_pdf(signed):
        return False
    ours, theirs = (PdfReader(io.BytesIO(content)).pages for content in (original, signed))
    if len(theirs) < len(ours):
        return False
    return all(_words(one.extract_text()) == _words(other.extract_text()) for one, other in zip(ours, theirs))


def is_exactly(original: bytes, signed: bytes) -> bool:
    """Whether a signed PDF is the original and a signature behind it: its bytes first, no page more, and each page drawn as before."""
    if not signed.startswith(original.rstrip()) or not has_pages_of(original, signed):
        return False
    ours, theirs = (PdfReader(io.BytesIO(content)).pages for content in (original, signed))
    return len(ours) == len(theirs) and all(_drawn(one) == _drawn(other) for one, other in zip(ours, theirs))


def _drawn(page: PageObject) -> tuple[bytes, int]:
    """What is drawn on a page, and how many notes lie on it beside a signature's field."""
    contents = page.get_contents()
    notes = [note for note in page.get('/Annots') or () if note.get_object().get('/FT') != '/Sig']
    return contents.get_data() if contents is not None else b'', len(notes)


def _words(text: str) -> str:
    return ' '.join(text.split())
