// The behaviour page and the drift page: one self-contained file each, drawn by the same program.

import { createHash } from 'node:crypto';
import path from 'node:path';

import type { BehaviorsFile } from '../behaviors-file';
import type { Drift } from '../drift/drift';
import { inHtml } from '../escaped';
import { putFile } from '../put-file';
import { behaviorContent } from './behavior-content';
import { driftContent } from './drift-content';
import { deflated, type Content } from './packed';

/**
 * Writes the behaviour page: a matrix of routes and callers, and behind each cell its scenarios.
 *
 * @param file where to; its folder is made
 */
export async function writeBehaviorPage(file: string, behaviors: BehaviorsFile): Promise<void> {
  const title = `What LiteLLM ${behaviors.release ?? ''} does`.replace('  ', ' ');
  putFile(file, await pageOf(title, 'behaviors.json', await behaviorContent(behaviors)));
}

/**
 * Writes the drift page: what differs between two sides, in groups, as a matrix, and scenario by scenario.
 *
 * @param file where to; its folder is made
 */
export async function writeDriftPage(file: string, drift: Drift): Promise<void> {
  const title = `Drift: ${drift.before.label} → ${drift.after.label}`;
  putFile(file, await pageOf(title, "the command's output", await driftContent(drift)));
}

async function pageOf(title: string, elsewhere: string, { index, chunks }: Content): Promise<string> {
  const [{ script, style }, packedIndex] = await Promise.all([program(), deflated(JSON.stringify(index))]);
  // Nothing is loaded, and nothing runs but this: whatever a record holds, it stays text.
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${inHtml(title)}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript><p class="fallback">${inHtml(title)}: the matrix needs JavaScript. The same is told by ${inHtml(elsewhere)}.</p></noscript>
<script type="text/plain" id="index">${packedIndex}</script>
${chunks.map((chunk) => `<script type="text/plain" class="details">${chunk}</script>`).join('\n')}
<script>${script}</script>
</body>
</html>
`;
}

/** Four cells of a matrix. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#1a7f4e" d="M1 1h6v6H1z"/><path fill="#6d4bc3" d="M9 1h6v6H9z"/><path fill="#5b6b80" d="M1 9h6v6H1z"/><path fill="#1a7f4e" d="M9 9h6v6H9z"/></svg>`;

const digestOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** The program that draws the page in a browser, and its style sheet. */
async function program(): Promise<{ script: string; style: string }> {
  // Only here: a run loads its reporters long before they write.
  const { build, stop } = await import('esbuild');
  // What the run was begun with has heard the Ctrl-C that ended it, and is started anew.
  await stop();
  const app = path.join(__dirname, 'app');
  const { outputFiles } = await build({
    entryPoints: [path.join(app, 'main.tsx'), path.join(app, 'page.css')],
    absWorkingDir: app,
    outdir: app,
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    // All that have `DecompressionStream('deflate-raw')`.
    target: ['chrome111', 'firefox113', 'safari16.4'],
    tsconfig: path.join(app, 'tsconfig.json'),
    logLevel: 'silent',
  });
  const textOf = (extension: string): string => {
    const found = outputFiles.find((file) => file.path.endsWith(extension));
    if (found === undefined) throw new Error(`esbuild made no ${extension} file for the behaviour page`);
    // What it holds goes into an element that ends with this word.
    return found.text.replaceAll(/<\/(script|style)/gi, String.raw`<\/$1`);
  };
  return { script: textOf('.js'), style: textOf('.css') };
}
