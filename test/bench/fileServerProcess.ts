// A server of one file, as a process of its own so that it does not share a thread with whom it serves:
// `node fileServerProcess.ts BYTES [BYTES_PER_SECOND_OF_A_CONNECTION]`. Prints its address; `/sent` tells and forgets
// how many bytes of the file were sent.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { randomFile } from '#test/helpers/FaultyFileServer.ts';

const [bytes = '0', pace = '0'] = process.argv.slice(2);
const content = randomFile(Number(bytes));
const perSecond = Number(pace);
const pieceBytes = perSecond > 0 ? 64 * 1024 : 1024 * 1024;
const etag = `"${createHash('sha256').update(content).digest('hex')}"`;
let sent = 0;

const server = createServer((request, response) => {
  if (request.url === '/sent') {
    response.end(String(sent));
    sent = 0;
  } else void answer(request, response);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/model.gguf\n`);
});
// Whoever started it is gone.
process.stdin.on('end', () => process.exit(0)).resume();

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const first = Number(range?.[1] ?? 0);
  const last = range?.[2] === undefined || range[2] === '' ? content.length - 1 : Number(range[2]);
  const end = Math.min(last + 1, content.length);
  response.writeHead(range === null ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': end - first,
    'accept-ranges': 'bytes',
    etag,
    ...(range === null ? {} : { 'content-range': `bytes ${first}-${end - 1}/${content.length}` }),
  });
  if (request.method === 'HEAD') return void response.end();
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  const began = performance.now();
  for (let at = first; at < end && !response.destroyed; at += pieceBytes) {
    const piece = content.subarray(at, Math.min(at + pieceBytes, end));
    sent += piece.length;
    const isFlushed = response.write(piece);
    // Listened for before the pause, in which it may come.
    const drained = isFlushed ? gone : Promise.race([new Promise((resolve) => response.once('drain', resolve)), gone]);
    const due = perSecond > 0 ? began + ((at + piece.length - first) / perSecond) * 1000 : 0;
    if (due > performance.now()) await wait(due - performance.now());
    if (!isFlushed) await drained;
  }
  response.end();
}
