import { existsSync } from 'node:fs';
import path from 'node:path';

/** Entry points of Open Swarm on Node: four programs, and two threads of the coordinator (`writer`, `parser`). */
export type EntryName = 'engine' | 'worker' | 'cli' | 'coordinator' | 'writer' | 'parser';

/** Inputs for locating the parts of an installation. */
export interface InstallationFacts {
  /** Absolute path of the running module: a `.ts` file in a checkout, else a bundle under `out/main`. */
  readonly moduleFile: string;
  readonly execPath: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `process.versions`; `electron` is set in Electron, whose executable must not run the programs. */
  readonly versions: { readonly node: string; readonly electron?: string | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (file: string) => boolean;
}

/** Paths of the parts of an installation, be it a checkout, a build or a packaged app. */
export interface Installation {
  readonly kind: 'checkout' | 'build' | 'packaged';
  /** Folder with package.json, out/ and resources/. */
  readonly root: string;
  /** File that starts a program: the TypeScript source in a checkout, else its bundle. */
  readonly entryPoint: (name: EntryName) => string;
  /** Files and folders of the worker's own code, which it must be able to read, besides its packages. */
  readonly workerCode: readonly string[];
  /** A file under resources/, such as `resource('models', 'x.gguf')`. */
  readonly resource: (...parts: readonly string[]) => string;
  /** Folder of the built interface (index.html and its assets). */
  readonly pageFolder: string;
  /** Path of a Node executable, version 24 or newer. Throws {@link NodeMissingError}. */
  readonly nodeExecutable: () => string;
}

/** Thrown when the installation has no Node of version 24 or newer. */
export class NodeMissingError extends Error {
  readonly code = 'node_missing';

  constructor(searched: readonly string[]) {
    super(`Node 24 was not found. Searched: ${searched.join(', ')}. Run \`npm install\`, or install Node 24 or newer.`);
    this.name = 'NodeMissingError';
  }
}

const minNodeVersion = 24;

const sources: Readonly<Record<EntryName, string>> = {
  engine: 'src-main/engine/host/main.ts',
  worker: 'src-main/inference-worker/main.ts',
  cli: 'src-main/cli/main.ts',
  coordinator: 'src-coordinator/host/main.ts',
  writer: 'src-coordinator/storage/commit/writerThread.ts',
  parser: 'src-coordinator/judging/quality/parserThread.ts',
};

const workerSources = ['src-main/inference-worker', 'src-shared', 'src-node'];

/** Locates the parts of the installation that contains `facts.moduleFile`. Only checks whether files exist. */
export function installationFrom(facts: InstallationFacts): Installation {
  const fromSource = facts.moduleFile.endsWith('.ts');
  const folder = path.dirname(facts.moduleFile);
  // src-node/x.ts is one level below the root, out/main/x.js two. Node cannot read Electron's archive, so the programs
  // of a packaged app are unpacked beside it.
  const root = fromSource ? path.dirname(folder) : outsideArchive(path.resolve(folder, '../..'));
  const packaged = path.basename(root) === 'app.asar.unpacked';
  return {
    kind: fromSource ? 'checkout' : packaged ? 'packaged' : 'build',
    root,
    entryPoint: (name) =>
      fromSource ? path.join(root, ...sources[name].split('/')) : path.join(root, 'out', 'main', `${name}.js`),
    workerCode: ['package.json', ...(fromSource ? workerSources : ['out/main'])].map((each) =>
      path.join(root, ...each.split('/')),
    ),
    resource: (...parts) => path.join(root, 'resources', ...parts),
    pageFolder: path.join(root, 'out', 'renderer'),
    nodeExecutable: () => findNode(facts, root),
  };
}

/** The installation of the running program. */
export function currentInstallation(): Installation {
  return installationFrom({
    moduleFile: import.meta.filename,
    execPath: process.execPath,
    platform: process.platform,
    arch: process.arch,
    versions: process.versions,
    env: process.env,
    exists: existsSync,
  });
}

function outsideArchive(folder: string): string {
  return path.basename(folder) === 'app.asar' ? `${folder}.unpacked` : folder;
}

function findNode(facts: InstallationFacts, root: string): string {
  if (facts.versions.electron === undefined && Number.parseInt(facts.versions.node, 10) >= minNodeVersion) {
    return facts.execPath;
  }
  const name = facts.platform === 'win32' ? 'node.exe' : 'node';
  const named = facts.env['OPEN_SWARM_NODE'];
  const candidates = [
    ...(named ? [named] : []),
    path.join(path.dirname(root), 'runtime', name),
    path.join(root, 'node_modules', `node-${facts.platform}-${facts.arch}`, 'bin', name),
  ];
  const found = candidates.find((file) => facts.exists(file));
  if (found === undefined) throw new NodeMissingError(candidates);
  return found;
}
