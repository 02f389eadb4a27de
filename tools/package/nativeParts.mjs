import { existsSync } from 'node:fs';
import path from 'node:path';

/** Architectures by electron-builder's numbers. */
const archNames = { 1: 'x64', 3: 'arm64' };
/** Platforms by node-llama-cpp's names. */
const llamaNames = { linux: 'linux', darwin: 'mac', win32: 'win' };

/** The name of a supported architecture; throws for others. */
export function archName(arch) {
  const name = archNames[arch];
  if (name === undefined) throw new Error(`Open Swarm is not packaged for this architecture (number ${arch}).`);
  return name;
}

/**
 * The native parts of a package, each with the places where it may be found and how to get it. `host` is the building
 * machine, whose own Node may be used.
 * @param {{ root: string, platform: string, arch: string, host: { platform: string, arch: string, execPath: string } }} target
 */
export function nativeParts({ root, platform, arch, host }) {
  const modules = (...parts) => path.join(root, 'node_modules', ...parts);
  const name = `${platform}-${arch}`;
  const isHost = host.platform === platform && host.arch === arch;
  const llama = `${llamaNames[platform]}-${arch}`;
  const node = platform === 'win32' ? ['node.exe'] : ['bin', 'node'];
  return [
    {
      what: `Node for ${name}`,
      files: [modules(`node-${name}`, ...node), ...(isHost ? [host.execPath] : [])],
      how: `package on ${name} with Node 24`,
    },
    {
      what: `better-sqlite3 for ${name}`,
      files: [modules('better-sqlite3', 'prebuilds', `${name}.node`)],
      how: 'run npm install',
    },
    {
      what: `node-llama-cpp for ${name}`,
      files: [llama, `${llama}-metal`].map((folder) => modules('@node-llama-cpp', folder, 'bins')),
      how: `run npm install on ${name}`,
    },
    // Job objects confine inference workers on Windows; other systems need no native part for that.
    ...(platform === 'win32'
      ? [
          {
            what: `koffi for ${name}`,
            files: [modules('@koromix', `koffi-${name}`, `win32_${arch}`, 'koffi.node')],
            how: `run npm install on ${name}`,
          },
        ]
      : []),
  ];
}

/**
 * Returns the files that were found; throws an error that names every missing part and how to get it.
 * @param {readonly { what: string, files: readonly string[], how: string }[]} parts
 * @param {(file: string) => boolean} exists
 * @returns {{ what: string, file: string | undefined }[]}
 */
export function requireNativeParts(parts, exists = existsSync) {
  const found = parts.map((part) => ({ ...part, file: part.files.find((file) => exists(file)) }));
  const missing = found.filter(({ file }) => file === undefined);
  if (missing.length > 0) {
    const list = missing.map(({ what, how }) => `- ${what}: ${how}`).join('\n');
    throw new Error(`This package would not run, because native parts are missing:\n${list}`);
  }
  return found.map(({ what, file }) => ({ what, file }));
}
