/** Invented subjects in the style of an encyclopedia's tables. Nothing here exists. */

export interface Domain {
  readonly name: string;
  readonly category: string;
  readonly categories: readonly string[];
  /** Column of amounts, mostly of four digits and more. */
  readonly amount: string;
  /** Column of amounts on both sides of zero. */
  readonly change: string;
  readonly date: string;
  /** What the names of the rows end in. */
  readonly endings: readonly string[];
}

export const domains: readonly Domain[] = [
  {
    name: "Bridge",
    category: "Design",
    categories: ["Stone arch", "Cable stayed", "Bascule", "Truss"],
    amount: "Length",
    change: "Settlement",
    date: "Opened",
    endings: ["Crossing", "Span", "Viaduct", "Causeway"],
  },
  {
    name: "Festival",
    category: "Region",
    categories: ["Upper Marne", "Low Fen", "Salt Coast", "Harrow Hills"],
    amount: "Attendance",
    change: "Growth",
    date: "Founded",
    endings: ["Fair", "Nights", "Gathering", "Weekend"],
  },
  {
    name: "Club",
    category: "Division",
    categories: ["Premier Ring", "First Ring", "Second Ring", "Amateur Ring"],
    amount: "Capacity",
    change: "Goal balance",
    date: "Admitted",
    endings: ["Rovers", "Athletic", "Wanderers", "Union"],
  },
  {
    name: "Ship",
    category: "Builder",
    categories: ["Orrin Yard", "Tolle and Sons", "Quay Nine", "Brask Works"],
    amount: "Tonnage",
    change: "Draught margin",
    date: "Launched",
    endings: ["Heron", "Lantern", "Meridian", "Petrel"],
  },
  {
    name: "Station",
    category: "Line",
    categories: ["Copper Line", "Lake Line", "Circle Line", "Mill Line"],
    amount: "Passengers",
    change: "Balance",
    date: "Inaugurated",
    endings: ["Junction", "Halt", "Gate", "Cross"],
  },
  {
    name: "Album",
    category: "Label",
    categories: ["Plum Records", "Ninth Wave", "Old Barn", "Teal Room"],
    amount: "Copies sold",
    change: "Chart move",
    date: "Released",
    endings: ["Letters", "Hours", "Weather", "Songs"],
  },
  {
    name: "Lighthouse",
    category: "Coast",
    categories: ["North Reach", "Gull Sound", "Amber Bay", "Thorn Isles"],
    amount: "Range",
    change: "Drift",
    date: "First lit",
    endings: ["Light", "Beacon", "Point", "Head"],
  },
  {
    name: "Comet",
    category: "Observatory",
    categories: ["Vell Peak", "Dry Mesa", "Hollow Ridge", "Ash Dome"],
    amount: "Sightings",
    change: "Shift",
    date: "Discovered",
    endings: ["Alpha", "Minor", "Major", "Borealis"],
  },
];

export const stems: readonly string[] =
  "Aldwyn Borrel Cantra Dovrin Eskil Fennick Garrow Hestia Ivarn Jorvale Kessel Lomund Marrow Nestor Orlan Pellam Quorn Rustin Sorrel Tamsin Ulmer Varden Wexley Yarrow Zephon".split(
    " ",
  );
