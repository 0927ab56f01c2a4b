/**
 * What pages may do: load our own scripts, styles and pictures, nothing from elsewhere, nothing inline. `file:` is 'self' for a folder opened from disk, where browsers
 * differ in what 'self' means. Trusted Types make assignments of text as markup or script an error in the browsers that know them; `t2s-data` names the one policy
 * there is, for the addresses of data files.
 */
export const contentPolicy =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types t2s-data";

/** index.html: a frame without any text from data; the program fills it. */
export function pageShell(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="trace2skill-bench">
<title>t2s report</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="app.css">
<script src="app.js" defer></script>
</head>
<body>
<noscript><p>This report is shown by a script that comes with it. The same tables are in tables.md, tables.csv and tables.json beside this file.</p></noscript>
<div id="app"></div>
</body>
</html>
`;
}

/** The report's icon. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1f5fa8"/><path d="M3 11l3-4 3 2 4-6" fill="none" stroke="#fff" stroke-width="2"/></svg>\n';
