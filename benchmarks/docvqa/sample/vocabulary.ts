/** Words the pages are made of. All of it is invented; nothing in it says what a question is meant to test. */

const words = (text: string): readonly string[] => text.split("|").map((word) => word.trim());

export interface Person {
  readonly given: string;
  readonly familiar: string;
  readonly surname: string;
}

const givenNames = words(
  "Robert/Bob|Margaret/Peg|William/Bill|Richard/Dick|Elizabeth/Betty|Charles/Chuck|Edward/Ned|Katherine/Kit|James/Jim|Theodore/Ted|Eleanor/Nell|Henry/Hank|" +
    "Dorothy/Dot|Frances/Fran|Lawrence/Larry|Gregory/Greg|Susannah/Sue|Benjamin/Ben",
).map((pair): readonly [string, string] => {
  const [given = "", familiar = ""] = pair.split("/");
  return [given, familiar];
});

const surnames = words(
  "Haldane|Tolliver|Brancaster|Merriweather|Ostrander|Pemberton|Quillfeather|Rossiter|Stanhope|Thackeray|Underhill|Vandermeer|Wetherby|Yarborough|Ashgrove|Calloway|" +
    "Dunsmore|Fennimore|Greenhalgh|Hollingsworth",
);

export const people = { givenNames, surnames, initials: words("A.|B.|C.|E.|H.|J.|K.|L.|M.|P.|R.|T.|W.") } as const;

export const companies = words(
  "Kessel Valley Glass Works|Harrow Lane Packing Company|Northgate Cordage Mills|Saltmarsh Chemical Supply|Tern Island Cannery|Old Quarry Lime Company|" +
    "Bellweather Tobacco House|Stonebridge Paper Mills|Cedar Point Shipyard|Marlow Street Dairy",
);

export const streets = words(
  "14 Harbor Road|220 Mill Street|7 Station Square|31 Quarry Lane|508 Canal Street|96 Orchard Avenue|12 Weir Terrace|45 Foundry Row",
);
export const towns = words("Port Ellery|North Kessel|Saltmarsh|Bridgeford|Tern Harbor|Upper Marlow|Cedar Point|Lime Hollow");

export const months = words("January|February|March|April|May|June|July|August|September|October|November|December");

export const positions = words(
  "Superintendent|Plant Manager|Secretary|Director of Research|Chief Chemist|Purchasing Agent|General Counsel|Treasurer",
);

export const closings = words("Sincerely,|Yours truly,|Very truly yours,|Respectfully,");

export const letterLines = words(
  "Thank you for your call and for the papers you sent.|We have looked at the samples from the second kiln.|The results agree with what was found last year.|" +
    "A copy of the full record is enclosed with this letter.|Please let us know whether the shipment has arrived.|The committee will meet again after the holidays.|" +
    "We would be glad to show your staff the new furnace.|Any change in the order should reach us in good time.|The older drawings are kept in the main office.|" +
    "Our agent will call on you in the coming week.",
);

export const formTitles = words(
  "APPLICATION FOR STORAGE|CARGO DECLARATION|REQUEST FOR ANALYSIS|EQUIPMENT LOAN RECORD|SHIPPING ORDER|WORKSHOP RECORD SHEET",
);

/** Labels of form fields with the kind of value that belongs to them. */
export const formFields = {
  person: words("Applicant|Received by|Shift Foreman|Contact Person|Inspector"),
  code: words("Policy Number|Permit Code|File Number|Batch Code|Locker Number|Order Reference"),
  place: words("Branch Office|Storage Site|Loading Dock|Point of Origin|Destination"),
  money: words("Deposit|Insured Value|Handling Fee|Bond"),
} as const;

/** Fields whose values are things, each with its own. */
export const formMatters: readonly { readonly label: string; readonly values: readonly string[] }[] = [
  { label: "Type of Goods", values: words("Roofing slate|Window glass|Dried herring|Lamp oil|Burnt lime|Leaf tobacco") },
  { label: "Method of Transport", values: words("Steam barge|Covered wagon|Narrow gauge rail|Coastal schooner|Flat bed truck") },
  { label: "Packing Material", values: words("Straw and burlap|Pine crates|Waxed paper|Tarred canvas|Steel drums") },
  { label: "Purpose of Loan", values: words("Winter survey|Kiln inspection|Staff training|Harbor dredging|Trial pressing") },
];

/** Quantities with units long enough that a figure without its unit is another answer. */
export const quantities: readonly { readonly label: string; readonly unit: string }[] = [
  { label: "Net Weight", unit: "pounds" },
  { label: "Tank Capacity", unit: "gallons" },
  { label: "Floor Space", unit: "square feet" },
  { label: "Storage Period", unit: "calendar days" },
  { label: "Cable Length", unit: "fathoms" },
  { label: "Oil Reserve", unit: "barrels" },
  { label: "Grain Volume", unit: "bushels" },
  { label: "Furnace Charge", unit: "kilograms" },
  { label: "Crew Strength", unit: "persons" },
  { label: "Line Pressure", unit: "pounds per inch" },
];

export const goods = words(
  "Brass Hinges|Oak Planks|Lamp Wicks|Copper Nails|Hemp Rope|Window Putty|Iron Brackets|Canvas Sheets|Pitch Barrels|Slate Tiles|Door Latches|Glass Jars|Felt Pads|Cork Floats",
);

export const measures = words("output|acreage|attendance|tonnage|membership|sales volume");
export const groups: readonly { readonly head: string; readonly names: readonly string[] }[] = [
  { head: "District", names: words("Upper Kessel|Saltmarsh|Tern Island|North Marlow|Lime Hollow|Cedar Point|Old Quarry") },
  { head: "Plant", names: words("Foundry Row|Weir Terrace|Canal Street|Station Square|Harbor Road|Mill Bank|Orchard Yard") },
  { head: "Commodity", names: words("Burnt lime|Leaf tobacco|Roofing slate|Herring|Cotton rope|Lamp oil|Window glass") },
];

export const boards = words(
  "Midland Ore Board|Coastal Fisheries Trust|Kessel Basin Council|Institute of Kiln Practice|Harbor Users League|Forest Survey Office",
);
export const series = words("Annual Papers|Circulars of the Year|Proceedings|Technical Bulletins|Working Notes");

export const titleSubjects = words(
  "Lime Kilns|Herring Stocks|Slate Quarries|Rope Walks|Canal Locks|Peat Fields|Glass Furnaces|Timber Stands",
);
export const titleAspects = words("Fuel Use|Safety Rules|Long Term Yield|Winter Upkeep|Labor Needs|Water Loss|Soil Damage|Storage Losses");
export const titleRegions = words("the Kessel Basin|the Outer Islands|the Marlow District|the Northern Ports|the Lower Valley");

/** Paragraphs, set in lines. */
export const paragraphs: readonly (readonly string[])[] = [
  words(
    "This paper sets out what was observed during the past|season and compares it with earlier records. Samples were|taken at three sites and weighed on the same scale.",
  ),
  words(
    "The work was begun in spring and carried on until the|first frost. Most of the figures come from the books of|the stations; a few had to be estimated.",
  ),
  words(
    "Weather was mild and the roads stayed open, so that no|visit had to be put off. Thanks are due to the keepers|of the stations, who gave their time freely.",
  ),
];
