#!/usr/bin/env python3
"""Calculate the formulas of an .xlsx file with headless LibreOffice and store the results in the file.

    recalc.py FILE [--timeout SECONDS]    calculate, store the results in FILE, report
    recalc.py FILE --check                report only; FILE is not changed and LibreOffice is not needed

Only the stored results of formula cells are changed; styles, charts and everything else stay as they were saved.
The report is one JSON object on standard output. Exit code: 0 ok, 1 error values or missing results,
2 wrong call or unreadable file, 3 LibreOffice is not there, 4 LibreOffice failed or ran out of time.
After 2, 3 and 4 the file is as it was. Needs Python 3.8 and nothing else.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_MAIN = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
CELLS_SHOWN = 20


class Failure(Exception):
    """Ends the run with a status, a sentence and an exit code."""

    def __init__(self, status, message, code):
        super().__init__(message)
        self.status, self.code = status, code


# ---- reading a workbook -----------------------------------------------------------------------------------------


def sheet_parts(book):
    """[(sheet name, path inside the archive)] of the worksheets, in workbook order."""
    root = ET.fromstring(book.read("xl/workbook.xml"))
    if root.tag.startswith(STRICT_MAIN):
        raise Failure("failed", "the file is in the strict OOXML form, which is not supported; save it as a normal .xlsx first", 2)
    targets = {}
    for relation in ET.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        if relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "")
            targets[relation.get("Id")] = target.lstrip("/") if target.startswith("/") else "xl/" + target
    sheets = root.find(MAIN + "sheets")
    found = [(s.get("name"), targets.get(s.get(RELATION_ID))) for s in (sheets if sheets is not None else [])]
    return [(name, part) for name, part in found if part is not None]


def shared_strings(book):
    """Shared texts by index; rich text joined, phonetic hints left out."""
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    texts = []
    for item in ET.fromstring(book.read("xl/sharedStrings.xml")):
        runs = [item.find(MAIN + "t")] + [run.find(MAIN + "t") for run in item.findall(MAIN + "r")]
        texts.append("".join(t.text or "" for t in runs if t is not None))
    return texts


def column_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number):
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_cells(book, part, texts):
    """Yields (reference, formula element or None, type, stored value or None) for every cell of a sheet."""
    row, column = 0, 0
    with book.open(part) as stream:
        for event, element in ET.iterparse(stream, events=("start", "end")):
            if event == "start":
                if element.tag == MAIN + "row":
                    row, column = int(element.get("r") or row + 1), 0
                continue
            if element.tag == MAIN + "c":
                reference = element.get("r")
                column = column_number(re.match("[A-Z]+", reference).group()) if reference else column + 1
                kind, raw = element.get("t", "n"), element.find(MAIN + "v")
                value = raw.text if raw is not None else None
                if kind == "s" and value is not None:
                    kind, value = "str", texts[int(value)]
                elif kind == "inlineStr":
                    kind, value = "str", "".join(t.text or "" for t in element.iter(MAIN + "t"))
                # A text result may be the empty text; for every other type an empty <v> is a missing result.
                if value is None and kind == "str" and raw is not None:
                    value = ""
                formula = element.find(MAIN + "f")
                yield reference or column_letters(column) + str(row), formula, kind, value or (value if kind == "str" else None)
            if element.tag == MAIN + "row":
                element.clear()


def inspect(path):
    """Counts formulas, formulas without a stored result, error values, and texts that look like formulas."""
    formulas, missing, errors, texts_like_formulas = 0, [], {}, []
    with zipfile.ZipFile(path) as book:
        texts = shared_strings(book)
        for name, part in sheet_parts(book):
            for reference, formula, kind, value in read_cells(book, part, texts):
                where = f"{name}!{reference}"
                if formula is not None and formula.get("t") != "dataTable":
                    formulas += 1
                    if value is None:
                        missing.append(where)
                if kind == "e" and value is not None:
                    errors.setdefault(value, []).append(where)
                if formula is None and kind == "str" and value is not None and re.match(r"=\s*[A-Za-z(+\-'$]", value):
                    texts_like_formulas.append(where)

    def shown(cells):
        return {"count": len(cells), "cells": cells[:CELLS_SHOWN]}

    report = {"formulas": formulas, "without_value": len(missing), "errors": {kind: shown(c) for kind, c in sorted(errors.items())}}
    if missing:
        report["cells_without_value"] = missing[:CELLS_SHOWN]
    if texts_like_formulas:
        report["texts_like_formulas"] = shown(texts_like_formulas)
    return report


# ---- calculating ------------------------------------------------------------------------------------------------


def find_libreoffice():
    for name in ("soffice", "libreoffice"):
        if shutil.which(name):
            return shutil.which(name)
    mac = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
    return mac if os.access(mac, os.X_OK) else None


def calculate(path, folder, timeout):
    """Path of a copy of the workbook, calculated and written by LibreOffice. The profile is private: parallel runs do not meet."""
    program = find_libreoffice()
    if program is None:
        raise Failure("unavailable", "LibreOffice is not installed here, so formulas cannot be calculated; the file was not changed. "
                      "Store computed values instead of formulas.", 3)
    profile, target = folder / "profile", folder / "calculated"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    source = folder / ("book" + path.suffix.lower())
    shutil.copyfile(path, source)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck",
               "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), str(source)]
    environment = {**os.environ, "HOME": str(folder)}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=environment, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failure("failed", f"LibreOffice did not finish within {timeout:g} seconds; the file was not changed", 4)
    finally:
        # soffice is a wrapper around soffice.bin: the whole session has to go, also when this script is interrupted.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    result = target / "book.xlsx"
    if not result.is_file():
        words = output.decode("utf-8", "replace").strip()[-300:] or f"exit code {process.returncode}"
        raise Failure("failed", f"LibreOffice could not read or write the workbook; the file was not changed: {words}", 4)
    return result


def read_results(path):
    """{sheet name: {reference: (type, value)}} of all cells in the calculated copy."""
    with zipfile.ZipFile(path) as book:
        texts = shared_strings(book)
        return {name: {ref: (kind, value) for ref, _, kind, value in read_cells(book, part, texts)} for name, part in sheet_parts(book)}


# ---- storing results --------------------------------------------------------------------------------------------

CELL = re.compile(r"<c(?=[\s>/])((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?:/>|>(.*?)</c>)", re.S)
STORED = re.compile(r"<v\s*/>|<v(?:\s[^>]*)?>.*?</v>|<is\s*/>|<is(?:\s[^>]*)?>.*?</is>", re.S)
REFERENCE, TYPE = re.compile(r"\sr\s*=\s*[\"']([A-Z]+[0-9]+)[\"']"), re.compile(r"\st\s*=\s*[\"'][^\"']*[\"']")
FORMULA, FORMULA_KIND = re.compile(r"<f(?=[\s>/])([^>]*)>"), re.compile(r"\b(t|ref)\s*=\s*[\"']([^\"']*)[\"']")


def cells_of(area):
    """All references of an area like B2:C9."""
    ends = [re.match(r"([A-Z]+)([0-9]+)$", end).groups() for end in (area.split(":") * 2)[:2]]
    (left, top), (right, bottom) = ends
    for row in range(int(top), int(bottom) + 1):
        for column in range(column_number(left), column_number(right) + 1):
            yield column_letters(column) + str(row)


def graft(xml, results, sheet, kept):
    """The sheet's XML with the results of its formula cells replaced. None when the XML is written in an unfamiliar way."""
    if "<sheetData" not in xml:
        return None
    spilled, unfamiliar = set(), False
    for attributes in FORMULA.findall(xml):
        facts = dict(FORMULA_KIND.findall(attributes))
        if facts.get("t") == "array" and ":" in facts.get("ref", ""):
            spilled.update(cells_of(facts["ref"]))

    def replace(match):
        nonlocal unfamiliar
        attributes, body = match.group(1), match.group(2) or ""
        formula, reference = FORMULA.search(body), REFERENCE.search(attributes)
        if reference is None:
            unfamiliar = unfamiliar or formula is not None
            return match.group()
        name = reference.group(1)
        spilled.discard(name)
        array_member = name in members
        if formula is None and not array_member or 't="dataTable"' in (formula.group(1) if formula else ""):
            return match.group()
        kind, value = results.get(name, ("n", None))
        old = STORED.search(body)
        has_old = old is not None and re.sub(r"<[^>]*>", "", old.group()) != "" and not re.search(r"\st\s*=\s*[\"']e[\"']", attributes)
        # An unknown function or an unreachable workbook says nothing about the result Excel once stored.
        if kind == "e" and has_old and (value == "#NAME?" or re.search(r"\[\d+\]", body)):
            kept.append(f"{sheet}!{name}")
            return match.group()
        stored = "" if value is None else f"<v>{escape(value)}</v>"
        body = STORED.sub("", body)
        at = body.find("</f>") + 4 if "</f>" in body else (re.search(r"<f[^>]*/>", body).end() if formula else 0)
        typed = TYPE.sub("", attributes) + (f' t="{kind}"' if value is not None and kind != "n" else "")
        return f"<c{typed.rstrip('/')}>{body[:at]}{stored}{body[at:]}</c>"

    members = frozenset(spilled)
    start, end = xml.find("<sheetData"), xml.rfind("</sheetData>")
    if end < 0:
        return xml
    new = xml[:start] + CELL.sub(replace, xml[start:end]) + xml[end:]
    # Cells an array formula fills although the sheet has no such cells yet cannot be put in by replacing alone.
    still_empty = [ref for ref in spilled if results.get(ref, ("n", None))[1] is not None]
    return None if unfamiliar or still_empty else new


def store(path, calculated, folder):
    """Puts the results into the file, in one step. Returns facts for the report."""
    results, kept, new_parts, rewritten = read_results(calculated), [], {}, False
    with zipfile.ZipFile(path) as book:
        for name, part in sheet_parts(book):
            xml = book.read(part).decode("utf-8-sig")
            holds_formulas = re.search(r"<(?:\w+:)?f(?=[\s>/])", xml) is not None
            if not holds_formulas:
                continue
            new = graft(xml, results.get(name, {}), name, kept) if name in results else None
            if new is None:
                rewritten = True
                break
            new_parts[part] = new.encode("utf-8")
        if rewritten and path.suffix.lower() == ".xlsm":
            raise Failure("failed", "the sheet XML is written in an unfamiliar way and an .xlsm cannot be replaced as a whole; the file was not changed", 4)
        fresh = folder / "fresh.xlsx"
        if rewritten:
            shutil.copyfile(calculated, fresh)
        else:
            with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as out:
                for item in book.infolist():
                    out.writestr(item, new_parts.get(item.filename) or book.read(item.filename), compress_type=zipfile.ZIP_DEFLATED)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        shutil.copyfile(fresh, beside)
        shutil.copymode(path, beside)
        os.replace(beside, path)
    finally:
        if beside.exists():
            beside.unlink()
    facts = {}
    if kept:
        facts["kept"] = {"count": len(kept), "cells": kept[:CELLS_SHOWN]}
    if rewritten:
        facts["note"] = "the whole file was written by LibreOffice, because its XML could not be changed in place; look at the formatting"
    return facts


# ---- program ----------------------------------------------------------------------------------------------------


def run(arguments):
    path = Path(arguments.file)
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise Failure("failed", f"{path} is not an .xlsx or .xlsm file", 2)
    if not path.is_file():
        raise Failure("failed", f"{path} does not exist", 2)
    path = path.resolve()
    before = inspect(path)
    if arguments.check or before["formulas"] == 0:
        return judged({"file": str(path), "mode": "checked", **before})
    with tempfile.TemporaryDirectory(prefix="recalc-") as name:
        folder = Path(name)
        try:
            facts = store(path, calculate(path, folder, arguments.timeout), folder)
        except Failure as failure:
            failure.report = before
            raise
    return judged({"file": str(path), "mode": "recalculated", **inspect(path), **facts})


def judged(report):
    bad = report["errors"] or report["without_value"]
    return {"status": "errors_found" if bad else "ok", **report}, 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description="Calculate the formulas of an .xlsx file and store the results in it.")
    parser.add_argument("file")
    parser.add_argument("--timeout", type=float, default=90, metavar="SECONDS", help="longest time LibreOffice may take (default 90)")
    parser.add_argument("--check", action="store_true", help="only report; change nothing")
    arguments = parser.parse_args()
    if arguments.timeout <= 0:
        parser.error("--timeout must be above 0")
    try:
        report, code = run(arguments)
    except Failure as failure:
        report, code = {"status": failure.status, "message": str(failure), **getattr(failure, "report", {})}, failure.code
    except (zipfile.BadZipFile, KeyError, ET.ParseError, UnicodeDecodeError) as error:
        report, code = {"status": "failed", "message": f"{arguments.file} is not a readable workbook: {error}"}, 2
    except OSError as error:
        report, code = {"status": "failed", "message": f"{arguments.file} could not be read or written: {error}"}, 4
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return code


if __name__ == "__main__":
    sys.exit(main())
