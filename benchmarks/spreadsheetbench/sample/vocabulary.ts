/** Words the sample is made of. Every list is a choice; nothing in it says what a task is meant to test. */

export interface Domain {
  readonly sheets: readonly string[];
  readonly references: readonly string[];
  readonly reports: readonly string[];
  readonly entity: string;
  readonly id: readonly string[];
  readonly idPrefix: string;
  readonly label: readonly string[];
  readonly labels: readonly string[];
  readonly person: readonly string[];
  readonly amount: readonly string[];
  readonly quantity: readonly string[];
  readonly price: readonly string[];
  readonly discount: readonly string[];
  readonly start: readonly string[];
  readonly end: readonly string[];
  readonly status: readonly string[];
  readonly statuses: readonly string[];
  readonly note: readonly string[];
  readonly facts: readonly string[];
}

export const people = (
  "Ines Albrecht|Tom Okafor|Priya Raman|Lukas Brandt|Maya Lindqvist|Omar Haddad|Chen Wei|Sofia Marino|Erik Dahl|Nadia Petrova|Paul Girard|Aiko Tanaka|" +
  "Rosa Delgado|Sam Whitaker|Lena Vogt|Hugo Martins|Grace Owusu|Ivan Kolar|Mei Lin|Jonas Falk|Amira Saleh|David Kerr|Elsa Moreau|Felix Huber|Kofi Mensah|Tara Nolan"
).split("|");

export const notes = "checked|see file|phone|urgent|new contact|second attempt|by mail|follow up|on site|n/a yet|paper copy|bulk".split(
  "|",
);

export const domains: readonly Domain[] = [
  {
    sheets: ["Orders", "Sales Log", "Order Book", "Bookings 2024"],
    references: ["Price List", "Catalogue", "Articles"],
    reports: ["Summary", "Region Report", "Overview"],
    entity: "order",
    id: ["Order No", "Order ID", "Reference"],
    idPrefix: "SO-",
    label: ["Region", "Territory", "Sales Area"],
    labels: ["North Coast", "South Valley", "East Side", "West End", "Central Plain", "Upper Lakes"],
    person: ["Sales Rep", "Account Manager", "Handled By"],
    amount: ["Net Amount", "Order Value", "Revenue"],
    quantity: ["Qty", "Units", "Pieces"],
    price: ["Unit Price", "List Price", "Price Each"],
    discount: ["Discount", "Rebate"],
    start: ["Ordered On", "Order Date"],
    end: ["Delivered On", "Delivery Date"],
    status: ["Status", "Order State"],
    statuses: ["Shipped", "Cancelled", "On Hold", "In Progress"],
    note: ["Remark", "Comment"],
    facts: ["Supplier", "Warehouse", "Lead Time", "Weight kg"],
  },
  {
    sheets: ["Timesheet", "Hours Log", "Shift Log", "Work Records"],
    references: ["Staff List", "Employees", "Team Data"],
    reports: ["Cost Centre View", "Hours Report", "Recap"],
    entity: "shift",
    id: ["Shift ID", "Entry No", "Record ID"],
    idPrefix: "TS/",
    label: ["Department", "Cost Centre", "Crew"],
    labels: ["Assembly Hall", "Paint Shop", "Quality Lab", "Dispatch Team", "Tool Room", "Site Office"],
    person: ["Employee", "Worker", "Staff Member"],
    amount: ["Hours Paid", "Wage Cost", "Labour Cost"],
    quantity: ["Hours", "Shift Hours"],
    price: ["Hourly Rate", "Pay Rate"],
    discount: ["Deduction", "Unpaid Share"],
    start: ["Absent From", "Leave Start"],
    end: ["Absent Until", "Leave End"],
    status: ["Approval", "Review State"],
    statuses: ["Approved", "Rejected", "Pending Review", "Draft"],
    note: ["Notice", "Hint"],
    facts: ["Supervisor", "Badge", "Locker", "Contract Type"],
  },
  {
    sheets: ["Stock Moves", "Inventory", "Warehouse Log", "Items Out"],
    references: ["Item Master", "Parts", "Bin Index"],
    reports: ["Stock Report", "Group Totals", "Board"],
    entity: "item",
    id: ["Item Code", "Part Number", "Article ID"],
    idPrefix: "P",
    label: ["Product Group", "Item Class", "Family"],
    labels: ["Hand Tools", "Pipe Fittings", "Cable Reels", "Floor Care", "Fasteners A", "Paint Supplies"],
    person: ["Storekeeper", "Booked By", "Clerk"],
    amount: ["Stock Value", "Book Value", "Total Cost"],
    quantity: ["Quantity", "Count", "Stock"],
    price: ["Cost Each", "Unit Cost", "Buying Price"],
    discount: ["Write Down", "Shrinkage"],
    start: ["Received On", "Goods In"],
    end: ["Issued On", "Goods Out"],
    status: ["Condition", "Stock State"],
    statuses: ["Available", "Scrapped", "Under Repair", "Reserved Stock"],
    note: ["Memo", "Info"],
    facts: ["Maker", "Shelf", "Pack Size", "Tariff"],
  },
  {
    sheets: ["Stays", "Guest List", "Visits", "Room Ledger"],
    references: ["Room Rates", "Rooms", "Partner List"],
    reports: ["House Report", "Channel View", "Digest"],
    entity: "stay",
    id: ["Booking Ref", "Stay ID", "Folio"],
    idPrefix: "BK",
    label: ["Channel", "Room Type", "House"],
    labels: ["Garden Wing", "Lake House", "Old Mill", "City Annex", "Hill Lodge", "Harbour View"],
    person: ["Guest", "Booked For", "Main Guest"],
    amount: ["Room Revenue", "Invoice Sum", "Bill"],
    quantity: ["Nights", "Rooms Sold"],
    price: ["Room Rate", "Nightly Rate"],
    discount: ["Reduction", "Loyalty Cut"],
    start: ["Arrival", "Check In"],
    end: ["Departure", "Check Out"],
    status: ["Payment State", "Folio State"],
    statuses: ["Settled", "No Show", "Part Paid", "Open Balance"],
    note: ["Wish", "Desk Note"],
    facts: ["Floor", "Bed Size", "View", "Minibar"],
  },
  {
    sheets: ["Claims", "Case Log", "Repairs", "Service Calls"],
    references: ["Vehicle Data", "Fleet", "Machine List"],
    reports: ["Garage Report", "Cost View", "Status Sheet"],
    entity: "case",
    id: ["Case No", "Ticket", "Job ID"],
    idPrefix: "C-",
    label: ["Depot", "Workshop", "Branch"],
    labels: ["Mill Road", "Dock Street", "Airport Yard", "Ring East", "Station Hill", "Old Quarry"],
    person: ["Technician", "Case Owner", "Inspector"],
    amount: ["Repair Cost", "Paid Out", "Charge"],
    quantity: ["Parts Used", "Labour Units"],
    price: ["Part Cost", "Unit Rate"],
    discount: ["Goodwill", "Warranty Share"],
    start: ["Opened On", "Reported On"],
    end: ["Closed On", "Fixed On"],
    status: ["Progress", "Case State"],
    statuses: ["Closed Case", "Withdrawn", "Waiting Parts", "In Workshop"],
    note: ["Finding", "Annotation"],
    facts: ["Driver", "Plate", "Model Year", "Fuel"],
  },
];
