// The import table: which room may import what. A room is a folder; the longest matching folder decides.
// `own` names the folders of this repository, `packages` the npm packages ('*' = any but the banned), `node` whether
// Node's built-in modules may be used.

const uiPackages = [
  '@fontsource-variable/*',
  '@radix-ui/*',
  '@tanstack/react-virtual',
  'clsx',
  'cmdk',
  'highlight.js',
  'lucide-react',
  'radix-ui',
  'react',
  'react-dom',
  'react-markdown',
  'rehype-highlight',
  'remark-gfm',
  'socket.io-client',
  'sonner',
  'uplot',
  'wouter',
  'zod',
  'zustand',
];

/** Packages that belong to one room alone; '*' never admits them. */
export const bannedPackages = [
  'electron',
  'electron-updater',
  'koffi',
  '@koromix/koffi-win32-arm64',
  '@koromix/koffi-win32-x64',
  'node-llama-cpp',
  'react',
  'react-dom',
];

const purePackages = ['zod', 'canonicalize', 'ulid', '@scure/base'];

export const importTable = [
  { room: 'src-shared/util', own: ['src-shared/util'], packages: purePackages, node: false },
  { room: 'src-shared/domain', own: ['src-shared/domain', 'src-shared/util'], packages: purePackages, node: false },
  {
    room: 'src-shared/protocol',
    own: ['src-shared/protocol', 'src-shared/domain', 'src-shared/util'],
    packages: purePackages,
    node: false,
  },
  {
    room: 'src-shared/api',
    own: ['src-shared/api', 'src-shared/domain', 'src-shared/util'],
    packages: purePackages,
    node: false,
  },
  {
    room: 'src-shared/worker',
    own: ['src-shared/worker', 'src-shared/domain', 'src-shared/util'],
    packages: purePackages,
    node: false,
  },
  { room: 'src-node', own: ['src-node', 'src-shared'], packages: ['*'], node: true },
  { room: 'src-main/engine', own: ['src-main/engine', 'src-node', 'src-shared'], packages: ['*'], node: true },
  {
    // Calls functions of Windows, which bypasses all that Node checks: this room alone, and never the worker.
    room: 'src-main/engine/inference',
    own: ['src-main/engine', 'src-node', 'src-shared'],
    packages: ['*', 'koffi', '@koromix/*'],
    node: true,
  },
  {
    room: 'src-main/inference-worker',
    own: ['src-main/inference-worker', 'src-node', 'src-shared/worker', 'src-shared/domain', 'src-shared/util'],
    packages: ['node-llama-cpp', 'zod'],
    node: true,
  },
  {
    room: 'src-main/localClient',
    own: ['src-main/localClient', 'src-node', 'src-shared/api', 'src-shared/domain', 'src-shared/util'],
    packages: ['socket.io-client', 'zod'],
    node: true,
  },
  {
    room: 'src-main/electron',
    own: [
      'src-main/electron',
      'src-main/localClient',
      'src-node',
      'src-shared/api',
      'src-shared/domain',
      'src-shared/util',
    ],
    packages: ['electron', 'electron-updater', 'zod'],
    node: true,
  },
  {
    room: 'src-main/electron/preload',
    own: ['src-main/electron/preload', 'src-shared/api/hostNames.ts'],
    packages: ['electron'],
    node: false,
  },
  {
    room: 'src-main/cli',
    own: ['src-main/cli', 'src-main/localClient', 'src-main/engine', 'src-coordinator', 'src-node', 'src-shared'],
    packages: ['*'],
    node: true,
  },
  {
    room: 'src-coordinator',
    own: ['src-coordinator', 'src-node', 'src-shared/domain', 'src-shared/protocol', 'src-shared/util'],
    packages: ['*'],
    node: true,
  },
  {
    room: 'src-renderer',
    own: ['src-renderer', 'src-shared/api', 'src-shared/domain', 'src-shared/util'],
    packages: uiPackages,
    node: false,
  },
];

/** Folders of package.json's `imports`. */
export const aliases = {
  '#shared/': 'src-shared/',
  '#node/': 'src-node/',
  '#engine/': 'src-main/engine/',
  '#main/': 'src-main/',
  '#coordinator/': 'src-coordinator/',
  '#renderer/': 'src-renderer/',
  '#tools/': 'tools/',
  '#test/': 'test/',
};
