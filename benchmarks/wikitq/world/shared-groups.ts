/**
 * Recognition of the lessons that hold for spreadsheets in general. The spreadsheet world knows the same practices by the same words, so that a skill evolved there is
 * recognised here (wordings.test.ts holds the two together).
 */
import type { LessonGroup } from "../../../harness/core/world.ts";

export const sharedGroups: Readonly<Record<SharedLesson, readonly LessonGroup[]>> = {
  "stored-results": [
    {
      role: "topic",
      anyOf: ["formula*", "recalc*", "recomput*", "cached", "calculated|computed|evaluated value|result|number"],
    },
    {
      role: "advice",
      anyOf: [
        "recalculat*|recomput*|recalc|reevaluat* .. workbook|file|formula*|sheet|book|before|after|afterwards|output|result|it|them|so",
        "run|use|call|execute|open .. recalc*|recalculat*",
        "force|trigger|do|perform recalculat*|recomputation",
        "write|store|save|put|enter|place|insert|keep|hand|leave|deliver .. computed|calculated|cached|literal|static|evaluated|final|resulting|plain value|result|number",
        "write|store|save|put|enter|place|insert .. value|result|number .. instead|rather .. formula*",
        "compute|calculate|work|evaluate .. python|node|code|javascript|script|yourself",
        "ensure|sure|verify|check|confirm|see .. formula* .. cached|computed|calculated|value|result|evaluated",
        "ensure|sure|verify|check|confirm .. cached|computed|calculated value|result",
      ],
      orNever: ["leave|submit|rely|trust|deliver|write .. formula* .. alone|only|uncalculated|unevaluated|uncached|bare|without|result"],
    },
  ],
  "loose-labels": [
    {
      role: "topic",
      anyOf: [
        "match*|lookup|look|compar*|join*|duplicat*|criteri*|categor*|text|label|key|name|filter*|equal*|string|whitespace|dedup*|group*",
      ],
    },
    {
      role: "advice",
      anyOf: [
        "trim*|strip*|normali* .. key|value|text|string|label|name|cell|space*|blank|whitespace|both|side|entries|criteri*|identifier|them|before|case|column",
        "lowercase|lower|uppercase|casefold|fold .. key|value|text|string|label|name|both|side|them|before|case",
        "ignor*|regardless|irrespective|disregard* .. case|capital*|whitespace|space|blank|casing|upper",
        "case insensitive*",
        "insensitive* .. case",
        "collapse|clean|squeeze|remove .. stray|surrounding|trailing|leading|extra|surplus|inner space|blank|whitespace",
      ],
      orNever: [
        "compar*|match*|join* .. raw|verbatim|unnormali*|untrimmed|exact|exactly",
        "assum*|expect*|trust* .. key|label|name|text|string|spelling .. exact*|clean|identical|consistent|equal",
      ],
    },
  ],
  "dates-from-text": [
    {
      role: "topic",
      anyOf: ["date", "datetime|timestamp|day|month|calendar"],
    },
    {
      role: "advice",
      anyOf: [
        "pars*|convert*|coerc*|turn*|normali*|translat*|interpret*|cast* .. text|string|textual .. date|datetime|serial",
        "pars*|convert*|coerc*|turn*|normali*|cast* .. date .. real|serial|proper|true|datetime|before|genuine|actual|first|number",
        "pars*|convert* .. date .. string|text",
        "check|inspect|verify|test|detect|determine|confirm|find|look .. date .. text|string|real|type|serial|genuine",
        "check|inspect|verify|test|detect|determine|confirm .. type|whether|if .. date",
        "handl*|support|accept|cope|expect .. date .. text|string|mixed|both",
        "handl*|support|accept|cope|expect .. text|string|mixed .. date",
      ],
      orNever: [
        "assum*|trust*|treat*|expect* .. date .. real|true|typed|serial|numeric|genuine|consistent|uniform",
        "ignor*|skip*|drop* .. date .. text|string",
        "ignor*|skip*|drop* .. text|string .. date",
      ],
    },
  ],
  "figures-from-text": [
    {
      role: "topic",
      anyOf: ["number|numeric*|amount|figure|quantit*|float|integer|digit"],
    },
    {
      role: "advice",
      anyOf: [
        "convert*|coerc*|pars*|cast*|turn*|chang*|transform* .. text|string|textual .. number|numeric*|float|integer|figure|amount",
        "convert*|coerc*|pars*|cast*|turn* .. number|figure|amount|quantit*|value|numeric .. text|string",
        "convert*|coerc*|pars*|cast*|turn* .. to|into number|numeric|float",
        "check|inspect|look|watch|test|verify|detect|beware|expect .. number|figure|amount|quantit* .. text|string",
        "check|inspect|look|watch|test|verify|detect|beware|expect .. text|string .. number|figure|amount",
      ],
      orNever: [
        "assum*|trust*|expect* .. number|amount|figure|column .. numeric*|typed|real|number",
        "ignor*|skip*|drop* .. number|amount|figure .. text|string",
      ],
    },
  ],
  "whole-table": [
    {
      role: "topic",
      anyOf: ["row|range|data|column|table|record|line|extent|sheet"],
    },
    {
      role: "advice",
      anyOf: [
        "read|scan|process|loop|iterate|go|cover|include|continue|extend|walk|run|determine|find|detect|use|compute|locate|derive|work|get|take .. last|actual|true|real|full|whole|entire|bottom|final|end used|row|range|extent|data|sheet|column|table|cell",
        "max row",
        "used range",
        "blank|empty|gap row .. not|never|isnt .. end|stop|finish|last",
        "continue|go|read|carry|look|keep|scan* .. past|beyond|over|across|after blank|empty|gap*",
        "check|verify|confirm|compare .. first and last row|cell|record|value",
        "skip blank|empty row .. continue|go|carry|keep|stop*",
      ],
      orNever: [
        "stop*|end|break|quit|halt|finish .. blank|empty|gap",
        "hard|hardcod*|guess*|assum*|fix* .. range|row|last|bound|size|extent",
        "take|treat|read|regard|mistake .. blank|empty row .. end",
        "rely*|trust* .. preview|sample|contiguous|first",
      ],
    },
  ],
  "answer-sheet-by-name": [
    {
      role: "topic",
      anyOf: ["sheet|worksheet|tab"],
    },
    {
      role: "advice",
      anyOf: [
        "write|put|place|save|fill|output|work|edit .. named|exact|right|correct|requested|target|specified|stated|asked|intended|that sheet|worksheet|tab|one",
        "check|confirm|verify|select|open|address|use|pick|access|get|fetch|refer|choose|target .. sheet|worksheet|tab .. name|named|explicitly|answer|right|correct",
        "check|confirm|verify|note|read|identify|make .. which|right|correct|target|named sheet|worksheet|tab",
        "sheet|worksheet|tab by name",
        "sheet|worksheet|tab .. named in",
      ],
      orNever: ["assum*|rely*|default*|use|write*|trust*|grab|fall .. active|first|default sheet|worksheet|tab|one"],
    },
  ],
  "below-the-header": [
    {
      role: "topic",
      anyOf: ["header*|heading|caption", "title row", "column title|name|label"],
    },
    {
      role: "advice",
      anyOf: [
        "keep|preserv*|leav*|protect|retain|respect|spare .. header*|heading|caption|title",
        "start|begin|write|fill|put|place|paste .. below|under|beneath|underneath|after .. header*|heading|caption|title",
        "below|under|beneath header*|heading .. start|begin|write",
        "header*|heading .. intact|untouched|alone|stay|unchanged|place",
        "find|locate|detect|identify|determine .. header*|heading row .. start|begin|write|below|under",
      ],
      orNever: ["overwrit*|replac*|clobber*|eras*|touch*|write|wip*|destroy* .. header*|heading|caption|title"],
    },
  ],
  "both-days-count": [
    {
      role: "topic",
      anyOf: ["day", "date|duration|period|interval|inclusive*|span"],
    },
    {
      role: "advice",
      anyOf: [
        "add* .. one|1|a|extra|another|+1",
        "count*|includ* .. both .. end|ends|date|day|first|start|endpoint|boundar*",
        "count*|includ* .. first and .. last|final",
        "+1",
        "plus one|1",
      ],
    },
    {
      role: "condition",
      anyOf: [
        "when|if|where|unless|whenever .. ask*|say|says|state*|request*|require*|task|instruction*|want*|call|mention*|specif*|tell*|word*|need*|demand*",
        "when|if|where|whenever|unless .. inclusive*|both|includ*|counted",
        "otherwise",
      ],
    },
  ],
  "elapsed-days": [
    {
      role: "topic",
      anyOf: ["day", "date|duration|period|interval|elapsed|span"],
    },
    {
      role: "advice",
      anyOf: [
        "plain|simple|bare|straight|mere difference|subtraction",
        "subtract* .. start|first|earlier|begin* .. from|without|only|alone|and",
        "end minus start",
        "difference .. without|no .. add*|extra|plus",
      ],
      orNever: ["add* .. one|1|extra|+1 .. day", "add* one|1", "count* .. both .. end|ends|day|date"],
    },
    {
      role: "condition",
      anyOf: [
        "when|if|where|unless|whenever .. ask*|say|says|state*|request*|require*|task|instruction*|want*|call|mention*|specif*|tell*|word*|need*|demand*",
        "by default",
        "otherwise",
        "when|if|where|unless|for .. elapsed|between|passed|inclusive*|both",
      ],
    },
  ],
  "totals-are-no-entries": [
    {
      role: "topic",
      anyOf: ["subtotal*", "sub total*", "total|summary|totals row|line"],
    },
    {
      role: "advice",
      anyOf: [
        "skip*|exclud*|ignor*|omit*|filter*|leav*|drop*|disregard*|discard* .. subtotal*|total|summary",
        "skip*|exclud*|ignor*|omit*|filter*|drop* .. sub total*",
        "leave|keep them|it|those|these|such out",
      ],
      orNever: [
        "includ*|add*|count*|sum*|double|aggregat* .. subtotal*|total row|line|rows|lines",
        "count*|add* .. twice|double .. subtotal*|total",
      ],
    },
  ],
  "headers-again": [
    {
      role: "topic",
      anyOf: ["header*|heading|caption"],
    },
    {
      role: "advice",
      anyOf: [
        "skip*|drop*|ignor*|remov*|filter*|exclud*|discard*|disregard* .. repeat*|duplicat*|embedded|second|later|further|recurring|extra|stray|inner header*|heading|caption",
        "skip*|drop*|ignor*|remov*|filter*|exclud* .. header*|heading .. repeat*|again|inside|middle|within|between|recur*",
      ],
      orNever: ["treat*|tak*|count*|read* .. repeat*|second|embedded header*|heading .. data|record|row"],
    },
  ],
};

export type SharedLesson =
  | "stored-results"
  | "loose-labels"
  | "dates-from-text"
  | "figures-from-text"
  | "whole-table"
  | "answer-sheet-by-name"
  | "below-the-header"
  | "both-days-count"
  | "elapsed-days"
  | "totals-are-no-entries"
  | "headers-again";
