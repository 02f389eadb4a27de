import { fork, spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns/promises';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { confine } from '#main/inference-worker/confinement/confine.ts';

// HOSTILE, for tests: a program in the place of the worker, which does what a worker must not be able to do. It begins
// as the real one does, and is told over the channel what to try.

/** What the test tells it: where things lie that are not its own. */
interface Targets {
  readonly database: string;
  readonly key: string;
  readonly home: string;
  readonly folder: string;
  readonly model: string;
  readonly otherModel: string;
  readonly addon: string;
  /** A server on this computer. */
  readonly port: number;
}

type Attempt = (targets: Targets) => unknown;

const attempts: Readonly<Record<string, Attempt>> = {
  'read the passwords of the system': () => readFileSync('/etc/passwd'),
  'read the database': ({ database }) => readFileSync(database),
  'read the key': ({ key }) => readFileSync(key),
  'read another model': ({ otherModel }) => readFileSync(otherModel),
  'list the home folder': ({ home }) => readdirSync(home),
  'list the folder of its model': ({ folder }) => readdirSync(folder),
  'read the environment of its parent': () => readFileSync(`/proc/${process.ppid}/environ`),
  'write to the home folder': ({ home }) => writeFileSync(path.join(home, 'written'), 'x'),
  'write to the folder of temporary files': () => writeFileSync(path.join(os.tmpdir(), 'open-swarm-written'), 'x'),
  'write over its model': ({ model }) => closeSync(openSync(model, 'r+')),
  'write over its own code': () => writeFileSync(process.argv[1] ?? '', 'x'),
  'make a folder': ({ home }) => mkdirSync(path.join(home, 'made')),
  'link to the key': ({ key, folder }) => symlinkSync(key, path.join(folder, 'link')),
  'link the key hard': ({ key, folder }) => linkSync(key, path.join(folder, 'hard')),
  'write a report': ({ folder }) => process.report.writeReport(path.join(folder, 'report.json')),
  'start a shell': () => started(spawnSync('sh', ['-c', 'true'])),
  'start a program': () => spawn('sh', ['-c', 'true']),
  'start itself again': () => fork(process.argv[1] ?? ''),
  'start a thread': () => new Worker('', { eval: true }),
  'open the inspector': () => inspector.open(0),
  'load another add-on': ({ addon }) => createRequire(import.meta.url)(addon) as unknown,
  'load another add-on itself': ({ addon }) => process.dlopen({ exports: {} }, addon),
  'reach the parts below Node': () => call(process, 'binding', 'tcp_wrap'),
  'make code from text': (): unknown => Reflect.construct(Function, ['return 1']),
  connect: ({ port }) => once(net.connect(port, '127.0.0.1'), 'connect'),
  'connect a socket': ({ port }) => once(new net.Socket().connect(port, '127.0.0.1'), 'connect'),
  'put the old connect back': ({ port }) => {
    Object.defineProperty(net.Socket.prototype, 'connect', { value: Object.getPrototypeOf(net.Socket.prototype) });
    return once(new net.Socket().connect(port, '127.0.0.1'), 'connect');
  },
  'take a handle of the system': () => call(net, '_createServerHandle', '127.0.0.1', 0, 4),
  serve: () => once(net.createServer().listen(0), 'listening'),
  'ask over HTTP': ({ port }) => once(http.get({ port }), 'response'),
  fetch: ({ port }) => fetch(`http://127.0.0.1:${port}/`),
  'send a datagram': async ({ port }) => {
    const socket = dgram.createSocket('udp4');
    const sent = once(socket, 'connect');
    socket.connect(port);
    await sent;
  },
  'look up a name': () => dns.lookup('localhost'),
  'resolve a name': () => dns.resolve('localhost'),
};

/** Calls what the types do not know. */
function call(holder: object, name: string, ...args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(holder, name);
  if (typeof method !== 'function') throw new Error(`There is no ${name}`);
  return Reflect.apply(method, holder, args);
}

function started({ error }: { error?: Error }): void {
  if (error !== undefined) throw error;
}

async function once(emitter: NodeJS.EventEmitter, event: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  emitter.once(event, () => resolve());
  emitter.once('error', reject);
  await promise;
}

/** Holds more and more memory; `outside` the heap of JavaScript, where models lie, or inside it. */
function eat(where: 'outside' | 'inside'): void {
  const held: unknown[] = [];
  const bite = (): void => {
    try {
      held.push(where === 'outside' ? Buffer.alloc(32 << 20, 1) : Array.from({ length: 4 << 20 }, (_, at) => at + 0.5));
    } catch (error) {
      process.stderr.write(String(error));
      process.exit(3);
    }
    setTimeout(bite, 20);
  };
  bite();
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error) return String(error.code);
  return error.cause === undefined ? String(error) : codeOf(error.cause);
}

async function tryAll(targets: Targets): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt(targets);
      outcomes[name] = 'done';
    } catch (error) {
      outcomes[name] = codeOf(error);
    }
  }
  return outcomes;
}

confine();
process.on('uncaughtException', () => {});
process.on('disconnect', () => process.exit());
process.on('message', (message: { type: string; prompt?: { text: string } }) => {
  if (message.type === 'load') eat('outside');
  const text = message.prompt?.text ?? '';
  if (text === 'outside' || text === 'inside') eat(text);
  else if (text !== '') {
    void tryAll(JSON.parse(text) as Targets).then((outcomes) => {
      process.send?.({ outcomes, env: process.env, interfaces: Object.keys(os.networkInterfaces()) });
    });
  }
});
process.send?.({ type: 'ready', pid: process.pid });
