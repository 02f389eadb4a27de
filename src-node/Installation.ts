import { existsSync } from 'node:fs';
import path from 'node:path';

/** The programs of Open Swarm that run on plain Node in a process of their own; the last two are threads of the coordinator. */
export type EntryName = 'engine' | 'worker' | 'cli' | 'coordinator' | 'writer' | 'parser';

/** What an installation looks at to find its own parts; all of it is handed in so that tests can imitate any layout. */
export interface InstallationFacts {
  /** Absolute path of the running module: a `.ts` file in a checkout, a bundle under `out/main` otherwise. */
  readonly moduleFile: string;
  readonly execPath: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `process.versions`; `electron` is set inside Electron, whose binary must not run the engine. */
  readonly versions: { readonly node: string; readonly electron?: string | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (file: string) => boolean;
}

/** Where the parts of this installation lie: the same questions in a checkout, in a build and in a packaged app. */
export interface Installation {
  readonly kind: 'checkout' | 'build' | 'packaged';
  /** Folder that holds package.json, out/ and resources/. */
  readonly root: string;
  /** File that starts a program: the TypeScript source in a checkout, else its bundle. */
  readonly entryPoint: (name: EntryName) => string;
  /** The worker's own code: what it must read to run, beside the packages that it loads. */
  readonly workerCode: readonly string[];
  /** A file under resources/, such as `resource('models', 'x.gguf')`. */
  readonly resource: (...parts: readonly string[]) => string;
  /** Folder of the built page (index.html and its assets). */
  readonly pageFolder: string;
  /** Plain Node of version 24 or newer to run the programs with. Throws {@link NodeMissingError}. */
  readonly nodeExecutable: () => string;
}

/** Thrown when no Node of version 24 or newer belongs to this installation. */
export class NodeMissingError extends Error {
  readonly code = 'node_missing';

  constructor(looked: readonly string[]) {
    super(`No Node 24 was found. Looked at: ${looked.join(', ')}. Run \`npm install\`, or install Node 24 or newer.`);
    this.name = 'NodeMissingError';
  }
}

const oldestNode = 24;

const sources: Readonly<Record<EntryName, string>> = {
  engine: 'src-main/engine/host/main.ts',
  worker: 'src-main/inference-worker/main.ts',
  cli: 'src-main/cli/main.ts',
  coordinator: 'src-coordinator/host/main.ts',
  writer: 'src-coordinator/storage/commit/writerThread.ts',
  parser: 'src-coordinator/judging/quality/parserThread.ts',
};

const workerSources = ['src-main/inference-worker', 'src-shared', 'src-node'];

/** Finds the parts of the installation to which `facts.moduleFile` belongs. Reads nothing but whether files exist. */
export function installationFrom(facts: InstallationFacts): Installation {
  const fromSource = facts.moduleFile.endsWith('.ts');
  const folder = path.dirname(facts.moduleFile);
  // src-node/x.ts lies one level below the root, out/main/x.js two; plain Node cannot look into an archive, so the
  // programs of a packaged app lie beside it.
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

/** The installation that this very program was started from. */
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
  if (facts.versions.electron === undefined && Number.parseInt(facts.versions.node, 10) >= oldestNode) {
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
