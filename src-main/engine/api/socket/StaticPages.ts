import { createReadStream, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Open Swarm</title>
<body style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 15vh auto; padding: 0 1rem">
<h1>The interface is not built yet</h1>
<p>The engine is running. To build its pages, run <code>npm run build</code> in the folder of Open Swarm and load this
page again. Everything also works from the command line: <code>open-swarm --help</code>.</p>`;

/**
 * Serves the built page. Names are looked up in a list of the files in its folder, so that no path leads elsewhere. Another
 * build of the page renews the list.
 */
export class StaticPages {
  readonly #folder: string;
  #files = new Map<string, string>();
  #builtAt = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers one request; `headers` are added to every answer. */
  serve(request: IncomingMessage, response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return answerText(response, 405, 'Only GET and HEAD are allowed here.\n');
    }
    const name = pathOf(request.url ?? '/');
    this.#refresh();
    const file = this.#files.get(name);
    if (file !== undefined) return sendFile(file, name, request, response);
    if (name !== '/index.html') return answerText(response, 404, 'Page not found.\n');
    response.writeHead(503, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : notBuilt);
  }

  #refresh(): void {
    const builtAt = statSync(path.join(this.#folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (builtAt === this.#builtAt) return;
    this.#builtAt = builtAt;
    this.#files = builtAt === 0 ? new Map<string, string>() : listFiles(this.#folder);
  }
}

function pathOf(url: string): string {
  const plain = url.split(/[?#]/, 1)[0] ?? '/';
  return plain === '/' || plain === '' ? '/index.html' : plain;
}

function listFiles(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [`/${path.relative(folder, file).split(path.sep).join('/')}`, file];
    }),
  );
}

function sendFile(file: string, name: string, request: IncomingMessage, response: ServerResponse): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return answerText(response, 404, 'Page not found.\n');
  const tag = `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"`;
  response.setHeader('etag', tag);
  // Names of built assets contain a hash of their content.
  response.setHeader('cache-control', name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
    'content-length': stat.size,
  });
  if (request.method === 'HEAD') return void response.end();
  // A client that disconnects is no error.
  pipeline(createReadStream(file), response, () => {});
}

/** Answers with a short plain text. */
export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
}
