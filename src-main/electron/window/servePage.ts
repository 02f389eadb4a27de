import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { pagePolicy } from '#node/pagePolicy.ts';

export const pageScheme = 'app';
/** Origin of the page inside the shell. */
export const pageOrigin = `${pageScheme}://page`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const headers = {
  'content-security-policy': pagePolicy(['http://127.0.0.1:*', 'ws://127.0.0.1:*']),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves `app://page/…` from one folder only; anything else is 404. */
export async function servePage(folder: string, url: string): Promise<Response> {
  const file = requestedFile(folder, url);
  const type = file === null ? undefined : types[path.extname(file)];
  if (file === null || type === undefined) return notFound();
  try {
    // Symbolic links must not lead out of the folder.
    const real = await realpath(file);
    if (!isInside(await realpath(folder), real)) return notFound();
    return new Response(await readFile(real), { headers: { ...headers, 'content-type': type } });
  } catch {
    return notFound();
  }
}

function requestedFile(folder: string, url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || `${parsed.protocol}//${parsed.host}` !== pageOrigin) return null;
  try {
    const name = decodeURIComponent(parsed.pathname === '/' ? '/index.html' : parsed.pathname);
    const file = path.join(folder, name);
    return name.includes('\0') || !isInside(folder, file) ? null : file;
  } catch {
    return null;
  }
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(folder + path.sep);
}

function notFound(): Response {
  return new Response(null, { status: 404, headers });
}

/** Whether the address of a frame is the app's own page. */
export function isOwnPage(url: string | undefined): boolean {
  return url?.startsWith(`${pageOrigin}/`) ?? false;
}
