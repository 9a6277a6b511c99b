# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes one table as CSV, xlsx, ods, gz and zip, with nothing but Python's own library, and files
that were made to do harm. Run in an empty folder."""
import datetime
import gzip
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def table():
    """12 places, 10 rows each: text, day, number with and without result, yes or no."""
    rows = [["site", "day", "light", "wet", "class"]]
    for r in range(120):
        light = (r * 37 % 101) + (r % 10) / 10
        rows.append([f"Öhr, {r // 10}", datetime.date(2024, 1, 1) + datetime.timedelta(r),
                     None if r == 7 else light, r % 3 == 0, "yes" if light > 50 else "no"])
    return rows


def csv(rows):
    def field(v):
        if v is None:
            return ""
        if isinstance(v, bool):
            return "true" if v else "false"
        text = str(v).removesuffix(".0")
        return f'"{text}"' if "," in text else text
    return "".join(",".join(field(v) for v in row) + "\n" for row in rows).encode()


def zipped(name, members):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        for member, content in members:
            z.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)


def letters(c):
    return chr(ord("A") + c)


def xlsx_cell(place, v, texts, epoch):
    if v is None:
        return ""
    if isinstance(v, bool):
        return f'<c r="{place}" t="b"><v>{int(v)}</v></c>'
    if isinstance(v, datetime.date):
        return f'<c r="{place}" s="1"><v>{(v - epoch).days}</v></c>'
    if isinstance(v, str):
        return f'<c r="{place}" t="s"><v>{texts.index(v)}</v></c>'
    return f'<c r="{place}"><f>1*1</f><v>{v!r}</v></c>'


def xlsx_sheet(rows, texts, epoch):
    out = []
    for r, row in enumerate(rows, 1):
        cells = "".join(xlsx_cell(f"{letters(c)}{r}", v, texts, epoch) for c, v in enumerate(row))
        out.append(f'<row r="{r}">{cells}</row>')
    return f"<worksheet {MAIN}><sheetData>{''.join(out)}</sheetData></worksheet>"


def xlsx(name, sheets, date1904=False):
    epoch = datetime.date(1904, 1, 1) if date1904 else datetime.date(1899, 12, 30)
    texts = sorted({v for _, rows in sheets for row in rows for v in row if isinstance(v, str)})
    numbers = range(1, len(sheets) + 1)
    members = [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
                        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml",
         f'<workbook {MAIN} xmlns:r="{REL}"><workbookPr date1904="{int(date1904)}"/><sheets>'
         + "".join(f'<sheet name={quoteattr(s)} sheetId="{i}" r:id="rId{i}"/>'
                   for i, (s, _) in zip(numbers, sheets)) + "</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels",
         f'<Relationships xmlns="{PACKAGE}">'
         + "".join(f'<Relationship Id="rId{i}" Type="{REL}/worksheet" '
                   f'Target="worksheets/sheet{i}.xml"/>' for i in numbers)
         + f'<Relationship Id="s" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
         f'<Relationship Id="t" Type="{REL}/styles" Target="styles.xml"/></Relationships>'),
        ("xl/sharedStrings.xml", f"<sst {MAIN}>" + "".join(
            f"<si><t>{escape(t)}</t></si>" for t in texts) + "</sst>"),
        ("xl/styles.xml", f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
                          "</cellXfs></styleSheet>"),
    ]
    members += [(f"xl/worksheets/sheet{i}.xml", xlsx_sheet(rows, texts, epoch))
                for i, (_, rows) in zip(numbers, sheets)]
    zipped(name, members)


def ods_cell(v):
    if v is None:
        return "<table:table-cell/>"
    if isinstance(v, bool):
        kind = f'boolean" office:boolean-value="{str(v).lower()}'
    elif isinstance(v, datetime.date):
        kind = f'date" office:date-value="{v}'
    elif isinstance(v, str):
        kind = "string"
    else:
        kind = f'float" office:value="{v!r}'
    return (f'<table:table-cell office:value-type="{kind}"><text:p>{escape(str(v))}</text:p>'
            "</table:table-cell>")


def ods(name, sheets, tail=""):
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    body = "".join(
        f"<table:table table:name={quoteattr(s)}>" + "".join(
            f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
        + tail + "</table:table>" for s, rows in sheets)
    zipped(name, [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml",
         f'<office:document-content xmlns:office="{space}office:1.0" '
         f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body>'
         f"<office:spreadsheet>{body}</office:spreadsheet></office:body>"
         "</office:document-content>")])


def harm(rows):
    """Ten gigabytes of zeros, a document that doubles its entities, a cut, a turned bit."""
    member = io.BytesIO()
    with gzip.GzipFile(fileobj=member, mode="wb", mtime=0) as g:
        g.write(bytes(100_000_000))
    with open("zeros.gz", "wb") as f:
        for _ in range(100):
            f.write(member.getvalue())
    entities = "".join(f'<!ENTITY e{i} "{"&e%d;" % (i - 1) * 10}">' for i in range(1, 10))
    zipped("laughs.ods", [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><a>&e9;</a>')])
    ods("repeats.ods", [("T", rows)], '<table:table-row table:number-rows-repeated="2147483647">'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>')
    whole = open("t.xlsx", "rb").read()
    open("cut.xlsx", "wb").write(whole[:len(whole) * 2 // 3])
    zipped("slip.zip", [("../../t.csv", csv(rows))])


def main():
    rows = table()
    open("t.csv", "wb").write(csv(rows))
    open("t.csv.gz", "wb").write(gzip.compress(csv(rows), mtime=0))
    xlsx("t.xlsx", [("Empty", []), ("Däta", rows)])
    xlsx("t1904.table", [("Däta", rows)], date1904=True)
    xlsx("two.xlsx", [("Data", rows), ("Legend", [["a"], ["b"]])])
    ods("t.ods", [("Data", rows)], '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>')
    zipped("t.zip", [("b/second.CSV", csv(rows[:1] + rows[61:])), ("a first.csv", csv(rows[:61])),
                     ("read me.pdf", "%PDF"), ("__MACOSX/._a.csv", "x")])
    harm(rows)


main()
