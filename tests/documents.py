"""Documents of a word processor, as small as they can be, made part by part."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in (
        ("Title", "Title"),
        ("H1", "heading 1"),
        ("H2", "heading 2"),
        ("H3", "heading 3"),
    )
)
_NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{sort}">'
    + "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{form}"/></w:lvl>' for level in range(3))
    + f'</w:abstractNum><w:num w:numId="{sort}"><w:abstractNumId w:val="{sort}"/></w:num>'
    for sort, form in (("1", "decimal"), ("2", "bullet"))
)


def paragraph(text: str, style: str | None = None, *, bold: str = "") -> str:
    """Give a paragraph; `bold` stands before its text."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    strong = f"<w:r><w:rPr><w:b/></w:rPr><w:t>{bold}</w:t></w:r>" if bold else ""
    return f'<w:p>{named}{strong}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def numbered_heading(text: str, level: int = 1) -> str:
    """Give a heading that the word processor numbers."""
    place = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="1"/></w:numPr>'
    style = f'<w:pStyle w:val="H{level}"/>'
    return f"<w:p><w:pPr>{style}{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def item(text: str, level: int = 0, *, numbered: bool = False) -> str:
    """Give a list item."""
    sort = "1" if numbered else "2"
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{sort}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """Give a table."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def document(*parts: str) -> bytes:
    """Give a document of these parts."""
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="r1" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r2" Type="{office}/numbering" Target="numbering.xml"/>'
        "</Relationships>",
        "word/styles.xml": f"<w:styles {_NAMES}>{_STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_NAMES}>{_NUMBERING}</w:numbering>",
        "word/document.xml": f"<w:document {_NAMES}><w:body>{''.join(parts)}</w:body></w:document>",
    }
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def written(path: Path, *parts: str) -> Path:
    """Write a document of these parts."""
    path.write_bytes(document(*parts))
    return path
