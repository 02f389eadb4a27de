import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** llama.cpp's own programs that ours is measured beside. */
export const peerPrograms = ['llama-bench', 'llama-batched-bench', 'llama-server'] as const;
export type PeerProgram = (typeof peerPrograms)[number];

/** Either the programs of the very commit that the product's library was made of, or what is missing to build them. */
export type Peers =
  | { readonly kind: 'built'; readonly commit: string; readonly program: (name: PeerProgram) => string }
  | { readonly kind: 'missing'; readonly tools: readonly string[] };

/** What building needs, and the Debian package that brings it. */
const tools = { git: 'git', cmake: 'cmake', 'c++': 'g++', make: 'make' } as const;

const bundle = path.resolve('node_modules/node-llama-cpp/llama/gitRelease.bundle');
const folder = path.resolve('out/peers');
const source = path.join(folder, 'source');
const build = path.join(folder, 'build');
const stamp = path.join(folder, 'built');
const extraRules = path.join(folder, 'extra.cmake');

/**
 * GCC 12 drops what fills the configuration of the matrix units, since its own intrinsic does not say that it reads it
 * (GCC bug 114098): programs built by it die at the first prompt on processors that have them.
 */
const keepStores = `if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fno-tree-dse;-fno-dse>")
endif()
`;

/**
 * Builds the peers from the sources inside the npm package, once: processor only, optimised, as llama.cpp's own defaults
 * have it. The first time takes some tens of minutes on two cores; what was built is used again until the commit changes.
 * Rejects when a step fails.
 */
export async function buildPeers(): Promise<Peers> {
  const missing = Object.entries(tools).filter(([name]) => !isOnPath(name));
  if (missing.length > 0) {
    return { kind: 'missing', tools: missing.map(([name, debian]) => `${name} (apt-get install ${debian})`) };
  }
  if (!existsSync(bundle)) return { kind: 'missing', tools: [`the sources, ${bundle}`] };
  const [commit = ''] = (await step('git', ['bundle', 'list-heads', bundle])).split(' ');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== commit) await buildAll(commit);
  return { kind: 'built', commit, program: (name) => path.join(build, 'bin', name) };
}

async function buildAll(commit: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  console.error(`Building ${peerPrograms.join(', ')} of ${commit.slice(0, 12)}; this takes long, and only once…`);
  if (!existsSync(source)) await step('git', ['clone', '--quiet', bundle, source]);
  await step('git', ['-C', source, 'fetch', '--quiet', bundle, 'HEAD']);
  await step('git', ['-C', source, 'checkout', '--quiet', commit]);
  await writeFile(extraRules, keepStores);
  const off = ['LLAMA_CURL', 'LLAMA_OPENSSL', 'LLAMA_BUILD_UI', 'LLAMA_USE_PREBUILT_UI', 'LLAMA_BUILD_TESTS'];
  const extra = `CMAKE_PROJECT_ggml_INCLUDE=${extraRules}`;
  const options = ['CMAKE_BUILD_TYPE=Release', 'BUILD_SHARED_LIBS=OFF', extra, ...off.map((name) => `${name}=OFF`)];
  await step('cmake', ['-S', source, '-B', build, ...options.map((option) => `-D${option}`)]);
  await step('nice', ['-n', '10', 'cmake', '--build', build, '-j2', '--target', ...peerPrograms]);
  await writeFile(stamp, commit);
}

/** A peer's command line, at the priority that the product gives its workers, so that others slow all alike. */
export function asWorker(program: string, args: readonly string[]): [command: string, args: string[]] {
  return ['nice', ['-n', String(os.constants.priority.PRIORITY_BELOW_NORMAL), program, ...args]];
}

/** True when the program is found on PATH. */
export function isOnPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.some((each) => existsSync(path.join(each, name)));
}

/** Runs a program and resolves with what it prints. Rejects with the end of its complaints. */
async function step(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, complaints] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = `${complaints}${text}`.slice(-4000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${complaints}`);
  return output;
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await buildPeers()));
