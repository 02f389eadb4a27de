import { existsSync } from 'node:fs';
import path from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'electron-vite';

/** The programs of src-node/Installation.ts and the shell; each becomes out/main/<name>.js. */
const programs = {
  shell: 'src-main/electron/main.ts',
  engine: 'src-main/engine/host/main.ts',
  worker: 'src-main/inference-worker/main.ts',
  cli: 'src-main/cli/main.ts',
  coordinator: 'src-coordinator/host/main.ts',
  writer: 'src-coordinator/storage/commit/writerThread.ts',
  parser: 'src-coordinator/judging/quality/parserThread.ts',
};
const root = import.meta.dirname;
const there = (file: string) => existsSync(path.join(root, file));
const input = Object.fromEntries(Object.entries(programs).filter(([, file]) => there(file)));

const config: UserConfig = {};
if (Object.keys(input).length > 0) {
  config.main = {
    build: {
      outDir: 'out/main',
      // Dependencies stay outside by themselves; these two are not even there elsewhere than on Windows.
      externalizeDeps: { include: ['@koromix/koffi-win32-arm64', '@koromix/koffi-win32-x64'] },
      // Shared parts lie beside the programs: Installation.ts finds the root two folders up from any of them.
      rolldownOptions: { input, output: { chunkFileNames: '[name]-[hash].js' } },
    },
  };
}
if (there('src-main/electron/preload/preload.ts')) {
  config.preload = {
    build: {
      outDir: 'out/preload',
      rolldownOptions: {
        input: { preload: 'src-main/electron/preload/preload.ts' },
        // A sandboxed preload is one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  };
}
if (there('src-renderer/main.tsx')) {
  config.renderer = {
    root: 'src-renderer',
    plugins: [react(), tailwindcss()],
    build: {
      outDir: path.join(root, 'out/renderer'),
      emptyOutDir: true,
      minify: true,
      // Compared with the list of licences when the app is packaged (tools/package/checkLicences.mjs).
      license: { fileName: '.vite/license.json' },
      // The page's policy allows fonts and pictures from its own files only, not written into the style sheet.
      assetsInlineLimit: 0,
      rolldownOptions: { input: path.join(root, 'src-renderer/index.html') },
    },
  };
}

export default defineConfig(config);
