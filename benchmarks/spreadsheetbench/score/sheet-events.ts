/** One worksheet part to cells, merged ranges, links and table names; every failure of openpyxl 3.1.3's reader is a WorkbookError here. */
import { checkAttributes, sheetRules } from "./attribute-rules.ts";
import { cellPosition } from "./cell-reference.ts";
import type { CellValue } from "./cell-value.ts";
import { dateFromSerial, durationFromSerial, fromIsoText } from "./excel-date.ts";
import type { FormatKind } from "./number-format.ts";
import { pythonFloat, pythonInt } from "./python-number.ts";
import { MAIN_NS, TextItem } from "./shared-strings.ts";
import type { SheetBuilder } from "./sheet-cells.ts";
import { readXml } from "./xml-events.ts";
import type { Attributes } from "./xml-names.ts";
import { RELATIONS_NS } from "./xml-tree.ts";
import { WorkbookError } from "./zip-archive.ts";

/** What cells of every sheet need from the rest of the workbook. */
export interface CellContext {
  readonly strings: readonly string[];
  readonly styles: readonly FormatKind[];
  readonly epoch: number;
}

export interface Link {
  readonly ref: string;
  readonly location?: string;
  readonly target?: string;
  readonly relationId?: string;
}

/** What a sheet part says besides its cells, to be applied after them. Repeated parts replace each other. */
export interface SheetExtras {
  merges: string[];
  links: Link[];
  tableIds: string[];
}

interface OpenCell {
  readonly type: string;
  readonly reference: string | undefined;
  readonly style: string | undefined;
  value: string | undefined;
  inline: TextItem | undefined;
}

function fail(what: string): never {
  throw new WorkbookError(`could not read a worksheet: ${what}`);
}

/** Python's list index, where −1 is the last item. */
function itemAt<T>(items: readonly T[], index: number | undefined, what: string): T {
  const item = index === undefined ? undefined : items.at(index);
  return item === undefined || !Number.isSafeInteger(index) || Math.abs(index ?? 0) > items.length ? fail(what) : item;
}

function numberValue(text: string, style: number, context: CellContext): CellValue {
  const isFloat = /[.Ee]/.test(text);
  const number = isFloat ? pythonFloat(text) : pythonInt(text);
  if (number === undefined) fail(`${JSON.stringify(text.slice(0, 40))} is not a number`);
  // A negative style index finds a style but no entry in openpyxl's set of date styles.
  const kind = style < 0 ? "number" : (context.styles[style] ?? "number");
  if (kind !== "number") {
    return (kind === "duration" ? durationFromSerial(number) : dateFromSerial(number, context.epoch)) ?? "#VALUE!";
  }
  return !isFloat && !Number.isFinite(number) ? { kind: "huge-integer", text } : number;
}

function cellValue(cell: OpenCell, style: number, context: CellContext): CellValue {
  if (cell.type === "inlineStr") return cell.inline?.content() ?? null;
  const text = cell.value;
  if (text === undefined || text === "") return null;
  switch (cell.type) {
    case "n":
      return numberValue(text, style, context);
    case "s":
      return itemAt(context.strings, pythonInt(text), `there is no shared string ${text.slice(0, 20)}`);
    case "b": {
      const flag = pythonInt(text);
      return flag === undefined ? fail(`${JSON.stringify(text.slice(0, 40))} is not a boolean`) : flag !== 0;
    }
    case "d":
      return fromIsoText(text) ?? fail(`${JSON.stringify(text.slice(0, 40))} is not an ISO date`);
    default:
      return text;
  }
}

function rowNumber(text: string): number {
  const number = pythonInt(text) ?? pythonFloat(text);
  return number !== undefined && Number.isInteger(number) ? number : fail(`${text.slice(0, 30)} is not a valid row number`);
}

const LINK_ATTRIBUTES = new Set(["ref", "location", "tooltip", "display", "id", "target"]);

function linkOf(attributes: Attributes): Link {
  const unknown = attributes.names.find((name) => !LINK_ATTRIBUTES.has(name));
  if (unknown !== undefined) fail(`a hyperlink has an unknown attribute ${unknown}`);
  return {
    ref: attributes.get("ref") ?? fail("a hyperlink has no ref"),
    location: attributes.get("location"),
    target: attributes.get("target"),
    relationId: attributes.getNs(RELATIONS_NS, "id") ?? attributes.get("id"),
  };
}

/** Reads a worksheet part into the builder and returns what has to be applied afterwards. */
export function readSheet(bytes: Uint8Array, context: CellContext, sheet: SheetBuilder): SheetExtras {
  const extras: SheetExtras = { merges: [], links: [], tableIds: [] };
  let depth = 0;
  let rowDepth = 0;
  let row = 0;
  let column = 0;
  let cell: OpenCell | undefined;
  let valueOpen = false; // collecting the text of the first <v>
  let inlineDepth = 0;

  const styleOf = (text: string | undefined): number => {
    if (text === undefined) return 0;
    const style = pythonInt(text) ?? fail(`${text.slice(0, 30)} is not a style number`);
    itemAt(context.styles, style, `there is no cell style ${style}`);
    return style;
  };
  const closeCell = (done: OpenCell): void => {
    let at = { row, column: column + 1 };
    if (done.reference !== undefined && done.reference !== "") {
      at = cellPosition(done.reference) ?? fail(`${done.reference.slice(0, 30)} is not a cell`);
    }
    column = at.column;
    sheet.set(at.row, at.column, cellValue(done, styleOf(done.style), context));
  };
  const startInCell = (open: OpenCell, ns: string, local: string): void => {
    const level = depth - rowDepth;
    if (inlineDepth > 0) open.inline?.start(local);
    else if (level === 2 && ns === MAIN_NS && local === "v" && open.value === undefined) {
      open.value = "";
      valueOpen = true;
    } else if (level === 2 && ns === MAIN_NS && local === "is" && open.inline === undefined) {
      open.inline = new TextItem();
      inlineDepth = depth;
    } else valueOpen = false;
  };
  const startElsewhere = (local: string, attributes: Attributes): void => {
    checkAttributes(sheetRules, local, (name) => attributes.get(name));
    switch (local) {
      case "row": {
        rowDepth = depth;
        const number = attributes.get("r");
        row = number === undefined ? row + 1 : rowNumber(number);
        column = 0;
        styleOf(attributes.get("s"));
        break;
      }
      case "mergeCells":
        extras.merges = [];
        break;
      case "mergeCell":
        extras.merges.push(attributes.get("ref") ?? fail("a merged range has no ref"));
        break;
      case "hyperlinks":
        extras.links = [];
        break;
      case "hyperlink":
        extras.links.push(linkOf(attributes));
        break;
      case "tableParts":
        extras.tableIds = [];
        break;
      case "tablePart":
        extras.tableIds.push(attributes.getNs(RELATIONS_NS, "id") ?? attributes.get("id") ?? "");
        break;
      case "col": {
        const min = attributes.get("min");
        const first = min === undefined ? undefined : pythonInt(min);
        if (first === undefined || first < 1 || first > 18_278) fail("a column has no usable min");
        styleOf(attributes.get("style"));
        break;
      }
    }
  };

  readXml(bytes, {
    start(ns, local, attributes) {
      depth += 1;
      if (cell !== undefined) startInCell(cell, ns, local);
      else if (rowDepth > 0)
        cell = {
          type: attributes.get("t") ?? "n",
          reference: attributes.get("r"),
          style: attributes.get("s"),
          value: undefined,
          inline: undefined,
        };
      else if (ns === MAIN_NS) startElsewhere(local, attributes);
    },
    end(_ns, local) {
      if (cell !== undefined) {
        valueOpen = false;
        if (inlineDepth > 0 && depth > inlineDepth) cell.inline?.end(local);
        else if (depth === inlineDepth) inlineDepth = 0;
        if (depth === rowDepth + 1) {
          closeCell(cell);
          cell = undefined;
        }
      } else if (depth === rowDepth) rowDepth = 0;
      depth -= 1;
    },
    text(piece) {
      if (cell === undefined) return;
      if (valueOpen) cell.value += piece;
      else if (inlineDepth > 0) cell.inline?.text(piece);
    },
  });
  return extras;
}
