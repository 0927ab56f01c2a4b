/**
 * Attribute values on which openpyxl 3.1.3 refuses a whole workbook although no cell depends on them: colours such as "#FF0000", unknown
 * operators, numbers that are none. Libraries do write such files, and the published evaluators then answer false.
 */
import { pythonFloat, pythonInt } from "./python-number.ts";
import type { XmlNode } from "./xml-tree.ts";
import { WorkbookError } from "./zip-archive.ts";

type Rule = "int" | "float" | "rgb" | readonly [min: number, max: number] | ReadonlySet<string>;
type Attributes = Readonly<Record<string, Rule>>;
/** Element name → attribute name and rule. */
type Rules = ReadonlyMap<string, readonly (readonly [string, Rule])[]>;

const rulesOf = (elements: Readonly<Record<string, Attributes>>): Rules =>
  new Map(Object.entries(elements).map(([name, attributes]) => [name, Object.entries(attributes)]));

const oneOf = (...values: string[]): Rule => new Set(values);
/** openpyxl takes "none" for an absent value. */
const oneOfOrNone = (...values: string[]): Rule => new Set(["none", ...values]);

const COMPARISONS = ["between", "equal", "greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual", "notBetween", "notEqual"];
const PANES = ["bottomLeft", "bottomRight", "topLeft", "topRight"];
const color: Attributes = { rgb: "rgb", theme: "int", indexed: "int", tint: [-1, 1] };
const side: Attributes = {
  style: oneOfOrNone(
    ..."dashDot dashDotDot dashed dotted double hair medium mediumDashDot mediumDashDotDot mediumDashed slantDashDot thick thin".split(" "),
  ),
};

/** Elements of a worksheet part. */
export const sheetRules: Rules = rulesOf({
  tabColor: color,
  color,
  row: { ht: "float", outlineLevel: "int" },
  col: { max: "int", width: "float", outlineLevel: "int" },
  sheetFormatPr: {
    baseColWidth: "int",
    defaultColWidth: "float",
    defaultRowHeight: "float",
    outlineLevelCol: "int",
    outlineLevelRow: "int",
  },
  pageMargins: { left: "float", right: "float", top: "float", bottom: "float", header: "float", footer: "float" },
  pageSetup: {
    orientation: oneOfOrNone("default", "landscape", "portrait"),
    pageOrder: oneOfOrNone("downThenOver", "overThenDown"),
    cellComments: oneOfOrNone("asDisplayed", "atEnd"),
    errors: oneOfOrNone("NA", "blank", "dash", "displayed"),
    ...Object.fromEntries(
      "paperSize scale firstPageNumber fitToWidth fitToHeight horizontalDpi verticalDpi copies".split(" ").map((name) => [name, "int"]),
    ),
  },
  sheetView: {
    view: oneOfOrNone("normal", "pageBreakPreview", "pageLayout"),
    ...Object.fromEntries(
      "workbookViewId colorId zoomScale zoomScaleNormal zoomScalePageLayoutView zoomScaleSheetLayoutView"
        .split(" ")
        .map((name) => [name, "int"]),
    ),
  },
  pane: { activePane: oneOf(...PANES), state: oneOf("frozen", "frozenSplit", "split"), xSplit: "float", ySplit: "float" },
  selection: { pane: oneOfOrNone(...PANES), activeCellId: "int" },
  cfRule: {
    // Its numbers are not here: openpyxl drops a rule with a bad number and goes on.
    type: oneOf(
      ..."aboveAverage beginsWith cellIs colorScale containsBlanks containsErrors containsText dataBar duplicateValues endsWith expression".split(
        " ",
      ),
      ..."iconSet notContainsBlanks notContainsErrors notContainsText timePeriod top10 uniqueValues".split(" "),
    ),
    operator: oneOfOrNone(...COMPARISONS, "beginsWith", "containsText", "endsWith", "notContains"),
    timePeriod: oneOfOrNone(..."last7Days lastMonth lastWeek nextMonth nextWeek thisMonth thisWeek today tomorrow yesterday".split(" ")),
  },
  cfvo: { type: oneOf("formula", "max", "min", "num", "percent", "percentile") },
  dataValidation: {
    type: oneOfOrNone("custom", "date", "decimal", "list", "textLength", "time", "whole"),
    operator: oneOfOrNone(...COMPARISONS),
    errorStyle: oneOfOrNone("information", "stop", "warning"),
    imeMode: oneOfOrNone(
      ..."disabled fullAlpha fullHangul fullKatakana halfAlpha halfHangul halfKatakana hiragana noControl off on".split(" "),
    ),
  },
  filterColumn: { colId: "int" },
  customFilter: { operator: oneOf("equal", "greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual", "notEqual") },
});

/** Elements of the stylesheet. */
export const styleRules: Rules = rulesOf({
  color,
  fgColor: color,
  bgColor: color,
  rgbColor: { rgb: "rgb" },
  left: side,
  right: side,
  top: side,
  bottom: side,
  diagonal: side,
  xf: { numFmtId: "int", fontId: "int", fillId: "int", borderId: "int", xfId: "int" },
  cellStyle: { xfId: "int", builtinId: "int", iLevel: "int" },
  sz: { val: "float" },
  family: { val: [0, 14] },
  charset: { val: "int" },
  scheme: { val: oneOfOrNone("major", "minor") },
  u: { val: oneOfOrNone("double", "doubleAccounting", "single", "singleAccounting") },
  vertAlign: { val: oneOfOrNone("baseline", "subscript", "superscript") },
  alignment: {
    horizontal: oneOfOrNone("center", "centerContinuous", "distributed", "fill", "general", "justify", "left", "right"),
    vertical: oneOfOrNone("bottom", "center", "distributed", "justify", "top"),
    indent: [0, 255],
    relativeIndent: [-255, 255],
  },
  patternFill: {
    patternType: oneOfOrNone(
      ..."darkDown darkGray darkGrid darkHorizontal darkTrellis darkUp darkVertical gray0625 gray125 lightDown lightGray lightGrid".split(
        " ",
      ),
      ..."lightHorizontal lightTrellis lightUp lightVertical mediumGray solid".split(" "),
    ),
  },
  gradientFill: { type: oneOf("linear", "path"), degree: "float", left: "float", right: "float", top: "float", bottom: "float" },
  stop: { position: [0, 1] },
});

/** Elements of the workbook part. */
export const workbookRules: Rules = rulesOf({
  workbookView: {
    visibility: oneOfOrNone("hidden", "veryHidden", "visible"),
    ...Object.fromEntries("activeTab firstSheet tabRatio windowHeight windowWidth xWindow yWindow".split(" ").map((name) => [name, "int"])),
  },
  calcPr: { calcId: "int", calcMode: oneOfOrNone("auto", "autoNoTable", "manual"), iterateCount: "int", iterateDelta: "float" },
  definedName: { localSheetId: "int", functionGroupId: "int" },
});

function fits(value: string, rule: Rule): boolean {
  if (rule === "int") return pythonInt(value) !== undefined;
  if (rule === "float") return pythonFloat(value) !== undefined;
  if (rule === "rgb") return /^(?:[A-Fa-f0-9]{8}|[A-Fa-f0-9]{6})$/.test(value);
  if (rule instanceof Set) return rule.has(value);
  if (!Array.isArray(rule)) return true;
  const number = pythonFloat(value);
  const [min, max] = rule;
  return number !== undefined && number >= min && number <= max;
}

/** Throws WorkbookError when an attribute of the element breaks its rule. */
export function checkAttributes(rules: Rules, local: string, get: (name: string) => string | undefined): void {
  for (const [name, rule] of rules.get(local) ?? []) {
    const value = get(name);
    if (value !== undefined && !fits(value, rule))
      throw new WorkbookError(`<${local} ${name}="${value.slice(0, 40)}"> has a value that is not allowed`);
  }
}

/** Checks a whole part. Extension lists are left out, as openpyxl does not look into them. */
export function checkTree(rules: Rules, node: XmlNode): void {
  checkAttributes(rules, node.local, (name) => node.attributes.get(name));
  for (const child of node.children) if (child.local !== "extLst") checkTree(rules, child);
}
