import { readFileSync } from 'node:fs';
import { beforePack } from './tools/package/beforePack.mjs';

const electron = JSON.parse(readFileSync(new URL('node_modules/electron/package.json', import.meta.url), 'utf8'));
/** Where releases are published. Without one the app does not look for updates (no app-update.yml is written). */
const updates = process.env.OPEN_SWARM_UPDATES_URL;

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.openswarm.OpenSwarm',
  productName: 'Open Swarm',
  directories: { output: 'dist', buildResources: 'resources' },
  electronVersion: electron.version,
  // N-API binaries need no rebuild for Electron, and run in plain Node anyway.
  npmRebuild: false,
  nodeGypRebuild: false,
  beforePack,
  asar: true,
  // Engine, workers, coordinator and command line run on plain Node, which cannot look into an archive: what they
  // need lies beside it, in the same layout as a checkout (src-node/Installation.ts).
  asarUnpack: ['package.json', 'out/**', 'bin/**', 'resources/**', 'node_modules/**'],
  // One list for all platforms: a list of a platform's own would replace this one.
  files: [
    'out/main/**',
    'out/preload/**',
    'out/renderer/**',
    'bin/**',
    'resources/models/**',
    'resources/catalogue.json',
    'resources/publisher.json',
    'resources/icons/tray*.png',
    'resources/icons/app/256x256.png',
    '!node_modules/better-sqlite3/{deps,src}/**',
    '!node_modules/better-sqlite3/prebuilds/**',
    'node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node',
    '!node_modules/node-llama-cpp/llama/*.bundle', // llama.cpp's history, only for building from source
    '!node_modules/@node-llama-cpp/*/bins/**',
    'node_modules/@node-llama-cpp/${os}-${arch}{,-metal,-vulkan}/bins/**',
    '!node_modules/@koromix/*/*/*.lib', // only for linking against it
  ],
  extraResources: [
    { from: 'out/runtime', to: 'runtime' },
    { from: 'tools/package/launchers', to: 'bin' },
    { from: 'THIRD-PARTY-NOTICES.md', to: 'THIRD-PARTY-NOTICES.md' },
    { from: 'out/licences.txt', to: 'licences.txt' },
    { from: 'LICENSE', to: 'LICENSE' },
  ],
  electronLanguages: ['en-US'],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  protocols: [{ name: 'Open Swarm invitation', schemes: ['openswarm'] }],
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Network',
    icon: 'resources/icons/app',
    executableName: 'open-swarm-desktop',
    syncDesktopName: true,
  },
  win: { target: ['nsis'], icon: 'resources/icons/app/512x512.png' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.utilities',
    icon: 'resources/icons/app/1024x1024.png',
    hardenedRuntime: true,
    entitlements: 'resources/entitlements.mac.plist',
    entitlementsInherit: 'resources/entitlements.mac.plist',
    binaries: ['Contents/Resources/runtime/node'],
  },
  publish: updates === undefined ? null : { provider: 'generic', url: updates },
};
