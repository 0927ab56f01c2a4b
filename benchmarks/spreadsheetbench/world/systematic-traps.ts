/** Traps that recur over many tasks, each with the wordings by which its lesson is known. */
import type { TrapDraft } from "./trap-draft.ts";

const asked =
  "when|if|where|unless|whenever .. ask*|say|says|state*|request*|require*|task|instruction*|want*|call|mention*|specif*|tell*|word*|need*|demand*";

export const systematicTraps: readonly TrapDraft[] = [
  {
    id: "uncached-formula",
    fault: "Formulas are written without a computed value, so the saved cells read as empty.",
    prevalence: "systematic",
    signs: ["empty"],
    lesson: {
      id: "compute-before-saving",
      title: "Leave computed values behind: recalculate, or write the results themselves.",
      groups: [
        { role: "topic", anyOf: ["formula*", "recalc*", "recomput*", "cached", "calculated|computed|evaluated value|result|number"] },
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
          orNever: [
            "leave|submit|rely|trust|deliver|write .. formula* .. alone|only|uncalculated|unevaluated|uncached|bare|without|result",
          ],
        },
      ],
    },
  },
  {
    id: "raw-match",
    fault: "Keys and labels are compared as they stand, so stray blanks and other capitals break the match.",
    prevalence: "systematic",
    signs: ["empty", "lower", "higher", "extra", "spelling", "other"],
    lesson: {
      id: "normalise-before-matching",
      title: "Trim and ignore case before keys or labels are compared.",
      groups: [
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
    },
  },
  {
    id: "text-dates",
    fault: "Dates that are stored as text are passed over.",
    prevalence: "systematic",
    signs: ["empty", "lower", "higher", "other"],
    lesson: {
      id: "parse-text-dates",
      title: "Some dates are text: find out, and parse them into real dates first.",
      groups: [
        { role: "topic", anyOf: ["date", "datetime|timestamp|day|month|calendar"] },
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
    },
  },
  {
    id: "text-numbers",
    fault: "Numbers that are stored as text are left out of sums and rankings.",
    prevalence: "systematic",
    signs: ["empty", "lower", "higher", "extra", "other"],
    lesson: {
      id: "convert-text-numbers",
      title: "Convert numbers stored as text before adding or ranking them.",
      groups: [
        { role: "topic", anyOf: ["number|numeric*|amount|figure|quantit*|float|integer|digit"] },
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
    },
  },
  {
    id: "short-range",
    fault: "Reading stops at the first blank row, so the rows below are lost.",
    prevalence: "systematic",
    signs: ["empty", "lower", "higher", "other"],
    lesson: {
      id: "read-to-the-last-row",
      title: "Go on to the sheet's last used row; a blank row is not the end.",
      groups: [
        { role: "topic", anyOf: ["row|range|data|column|table|record|line|extent|sheet"] },
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
    },
  },
  {
    id: "top-down-delete",
    fault: "Rows are deleted from the top down; each deletion shifts the next row past the cursor.",
    prevalence: "systematic",
    signs: ["extra", "higher", "lower", "other"],
    lesson: {
      id: "delete-from-the-bottom",
      title: "Delete rows from the bottom up, or rebuild the sheet from the rows to keep.",
      groups: [
        { role: "topic", anyOf: ["delet*|remov*|drop*", "row to|that keep|stay|remain|survive"] },
        {
          role: "advice",
          anyOf: [
            "bottom up|upward|top",
            "delet*|remov*|drop*|work*|iterat*|go|loop*|start*|walk* .. bottom|backward*|reverse*|descending|last|highest|end",
            "in reverse|descending",
            "reverse|descending|backward order",
            "collect|filter|rebuild|rewrite|keep|copy .. row|survivor .. rebuild|rewrite|write|keep|retain|stay|survive|new|back",
            "rebuild|rewrite .. sheet|table|block .. row|kept|keep|surviv*|remain*",
          ],
          orNever: ["delet*|remov*|drop* .. top|forward|ascending|iterat*|loop*|downward*"],
        },
      ],
    },
  },
  {
    id: "wrong-sheet",
    fault: "The result lands on the first sheet instead of the one that was asked for.",
    prevalence: "systematic",
    signs: ["empty", "missing"],
    lesson: {
      id: "address-the-named-sheet",
      title: "Address the target sheet by its name.",
      groups: [
        { role: "topic", anyOf: ["sheet|worksheet|tab"] },
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
    },
  },
  {
    id: "header-overwrite",
    fault: "Output starts in the header row and pushes the header out.",
    prevalence: "systematic",
    signs: ["empty", "lower", "higher", "other"],
    lesson: {
      id: "start-below-the-header",
      title: "Leave the header row alone and start right below it.",
      groups: [
        { role: "topic", anyOf: ["header*|heading|caption", "title row", "column title|name|label"] },
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
    },
  },
  {
    id: "lost-zeros",
    fault: "Codes lose their leading zeros because they are handled as numbers.",
    prevalence: "systematic",
    signs: ["spelling"],
    lesson: {
      id: "keep-codes-as-text",
      title: "Keep codes as text so that leading zeros survive.",
      groups: [
        { role: "topic", anyOf: ["zero*", "code|identifier|id|ids|zip|postal|postcode|sku|serial|part|padd*"] },
        {
          role: "advice",
          anyOf: [
            "keep*|preserv*|retain*|restor*|maintain*|respect* .. leading|padding|initial zero*",
            "treat|stor*|read|writ*|keep*|handl*|preserv*|hold|regard .. code|identifier|id|ids|zip|postal|postcode|sku|serial|zero* .. text|string",
            "pad .. zero*|width|code|digit|length",
            "leading zero* .. surviv*|intact|matter|significant|part|kept|preserved|stay",
            "code|identifier|id|ids|zip|postal|postcode|sku|serial .. stay|remain|are|is text",
          ],
          orNever: [
            "strip*|los*|drop*|remov* .. leading|padding zero*",
            "convert*|coerc*|cast*|turn*|pars*|treat* .. code|identifier|id|ids|zip|postal|postcode|sku|serial .. number|int|ints|integer|numeric",
          ],
        },
      ],
    },
  },
  {
    id: "early-rounding",
    fault: "Every line is rounded although only the final figure should be; the total drifts by cents.",
    prevalence: "systematic",
    signs: ["cents"],
    lesson: {
      id: "round-only-at-the-end",
      title: "Keep full precision and round only the final figure, unless the task asks for rounded lines.",
      contradicts: "round-each-line",
      groups: [
        { role: "topic", anyOf: ["round*|precision|decimal|cent"] },
        {
          role: "advice",
          anyOf: [
            "round* .. only|once|solely|just .. end|final|last|total|result|display|sum",
            "only|just|once round* .. end|final|last|total|result|sum",
            "round* .. at the very|end",
            "round* .. final|last|end|finished total|result|figure|value|sum|step",
            "keep*|retain*|carry|preserv*|maintain* .. full|unrounded|exact|every|all precision|decimal|value|digit|figure|product",
          ],
          orNever: [
            "round* .. intermediate|early|earlier|each|line|per|every|individual|partial|before",
            "intermediate|early|premature round*",
          ],
        },
        { role: "condition", anyOf: [asked, "by default", "otherwise"] },
      ],
    },
  },
  {
    id: "skipped-line-rounding",
    fault: "Lines are added at full precision although each was to be rounded; the total drifts by cents.",
    prevalence: "systematic",
    signs: ["cents"],
    lesson: {
      id: "round-each-line",
      title: "Round every line before adding when the task says that lines are rounded.",
      contradicts: "round-only-at-the-end",
      groups: [
        { role: "topic", anyOf: ["round*|cent"] },
        {
          role: "advice",
          anyOf: [
            "round* .. each|every|individual|per|single line|row|item|amount|product|entry|record|position",
            "round* .. line|row|item .. before|then|first|and .. add*|sum*|total*",
            "round* .. before .. sum*|total*|add*",
            "add|sum|total .. rounded line|row|item|amount|product|value|figure",
          ],
        },
        { role: "condition", anyOf: [asked, "otherwise"] },
      ],
    },
  },
  {
    id: "exclusive-count",
    fault: "Days are counted as a plain difference although both ends were to be counted.",
    prevalence: "systematic",
    signs: ["off-by-one"],
    lesson: {
      id: "count-both-ends",
      title: "Add one day when the task counts both the first and the last day.",
      contradicts: "plain-difference",
      groups: [
        { role: "topic", anyOf: ["day", "date|duration|period|interval|inclusive*|span"] },
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
        { role: "condition", anyOf: [asked, "when|if|where|whenever|unless .. inclusive*|both|includ*|counted", "otherwise"] },
      ],
    },
  },
  {
    id: "inclusive-count",
    fault: "One day is added although the plain difference was asked for.",
    prevalence: "systematic",
    signs: ["off-by-one"],
    lesson: {
      id: "plain-difference",
      title: "Elapsed days are the plain difference, unless the task counts both ends.",
      contradicts: "count-both-ends",
      groups: [
        { role: "topic", anyOf: ["day", "date|duration|period|interval|elapsed|span"] },
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
          anyOf: [asked, "by default", "otherwise", "when|if|where|unless|for .. elapsed|between|passed|inclusive*|both"],
        },
      ],
    },
  },
];
