/** Where the reader is: a page and its settings, all of it in the part of the address behind "#", so that every view has a link. */
export interface Route {
  readonly page: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Reads "#/episodes?arm=a&solver=b"; anything else is the first page. */
export function parseRoute(hash: string): Route {
  const [, page = "overview", query = ""] = /^#\/([a-z-]+)(?:\?(.*))?$/s.exec(hash) ?? [];
  return { page, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view; settings that are empty or undefined are left out. */
export function routeHash(page: string, params: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams(Object.entries(params).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const text = query.toString();
  return `#/${page}${text === "" ? "" : `?${text}`}`;
}
