import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { listPackage } from '@electron/asar';

const ownAllowed =
  /^\/(?:package\.json|out(?:\/(?:main|preload|renderer)(?:\/.*)?)?|bin(?:\/[^/]+)?|resources(?:\/.*)?)$/;
const never =
  /^\/node_modules\/(?:electron|koffi|node-[a-z]+-(?:x64|arm64)|vite|vitest|typescript|@playwright|oxlint|knip)(?:\/|$)/;
const inArchive = ['/package.json', '/out/main/shell.js', '/out/preload/preload.cjs', '/out/renderer/index.html'];
const unpacked = [
  'package.json',
  'bin/findNode.mjs',
  'bin/open-swarm.mjs',
  'resources/catalogue.json',
  'resources/publisher.json',
  'out/main/cli.js',
  'out/main/coordinator.js',
  'out/main/engine.js',
  'out/main/worker.js',
  'out/main/writer.js',
  'out/main/parser.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'node_modules/better-sqlite3/package.json',
  'node_modules/node-llama-cpp/package.json',
];

/** Problems with a package's resources folder: unexpected, missing and misplaced files. */
export function checkContents(resources, { platform, arch }) {
  const files = listPackage(path.join(resources, 'app.asar')).map((file) => file.replaceAll('\\', '/'));
  const beside = path.join(resources, 'app.asar.unpacked');
  return [
    ...files
      .filter((file) => !file.startsWith('/node_modules') && !ownAllowed.test(file))
      .map((file) => `not expected: ${file}`),
    ...files.filter((file) => never.test(file)).map((file) => `only for development: ${file}`),
    ...inArchive.filter((file) => !files.includes(file)).map((file) => `not in the archive: ${file}`),
    ...unpacked.filter((file) => !existsSync(path.join(beside, file))).map((file) => `not beside the archive: ${file}`),
    ...[
      `runtime/${platform === 'win32' ? 'node.exe' : 'node'}`,
      'bin/open-swarm',
      'LICENSE',
      'THIRD-PARTY-NOTICES.md',
      'licences.txt',
    ]
      .filter((file) => !existsSync(path.join(resources, file)))
      .map((file) => `not among the resources: ${file}`),
    ...checkNative(beside, `${platform}-${arch}`),
    ...checkKoffi(beside, { platform, arch }),
    ...checkModels(beside),
  ];
}

/** Native binaries must be those of this platform, and must lie outside the archive. */
function checkNative(beside, name) {
  const prebuilds = path.join(beside, 'node_modules/better-sqlite3/prebuilds');
  const found = existsSync(prebuilds) ? readdirSync(prebuilds) : [];
  return found.length === 1 && found[0] === `${name}.node`
    ? []
    : [`better-sqlite3 has [${found.join(', ')}] instead of ${name}.node alone`];
}

/** The native part that creates job objects: this architecture's on Windows, none elsewhere. */
function checkKoffi(beside, { platform, arch }) {
  const folder = path.join(beside, 'node_modules/@koromix');
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const wanted = platform === 'win32' ? [`koffi-win32-${arch}`] : [];
  return found.join() === wanted.join() ? [] : [`@koromix has [${found.join(', ')}] instead of [${wanted.join(', ')}]`];
}

function checkModels(beside) {
  const folder = path.join(beside, 'resources/models');
  const models = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.gguf')) : [];
  return models.length > 0 ? [] : ['the starter model is not in the package'];
}
