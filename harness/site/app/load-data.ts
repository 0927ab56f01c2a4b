import { type DetailChunk, dataName, type EpisodeChunk, type EpisodeIndex, type SiteManifest, type TablesData } from "../site-data.ts";

declare global {
  interface Window {
    t2sData?: (name: string, json: string) => void;
    trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
    };
  }
}

const arrived = new Map<string, string>();
const loaded = new Map<string, Promise<unknown>>();
/** Parsed details that are kept: what a reader goes back and forth between. */
const kept = 40;

window.t2sData = (name, json) => {
  arrived.set(name, json);
};

const rules = {
  createScriptURL: (url: string): string => {
    const name = /^data\/(.*)\.js$/.exec(url)?.[1];
    if (name === undefined || !dataName.test(name)) throw new TypeError("not a data file of this report");
    return url;
  },
};
const policy = window.trustedTypes?.createPolicy("t2s-data", rules) ?? rules;

/** Loads data/<name>.js once. The builder and the pages are of one version, so the shape is the caller's to know (site-data.ts). */
export function loadData<T>(name: string): Promise<T> {
  const known = loaded.get(name);
  if (known !== undefined) return known as Promise<T>;
  const made = fetchScript(name);
  loaded.set(name, made);
  made.catch(() => loaded.delete(name));
  const details = [...loaded.keys()].filter((one) => one.includes("/details-"));
  for (const old of details.slice(0, Math.max(0, details.length - kept))) loaded.delete(old);
  return made as Promise<T>;
}

function fetchScript(name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = () => {
      script.remove();
      const json = arrived.get(name);
      arrived.delete(name);
      if (json === undefined) reject(new Error(`data/${name}.js is not a data file of this report; write the report again`));
      else resolve(JSON.parse(json));
    };
    script.onerror = () => {
      script.remove();
      reject(new Error(`data/${name}.js could not be loaded; keep the report's folder together, or write the report again`));
    };
    script.src = policy.createScriptURL(`data/${name}.js`);
    document.head.append(script);
  });
}

export const loadManifest = (): Promise<SiteManifest> => loadData("site");
export const loadTables = (experiment: string): Promise<TablesData> => loadData(`${experiment}/tables`);
export const loadEpisodeIndex = (experiment: string): Promise<EpisodeIndex> => loadData(`${experiment}/episodes`);
export const loadEpisodes = (experiment: string, chunk: string): Promise<EpisodeChunk> => loadData(`${experiment}/${chunk}`);
export const loadDetails = (experiment: string, file: number): Promise<DetailChunk> => loadData(`${experiment}/details-${file}`);
