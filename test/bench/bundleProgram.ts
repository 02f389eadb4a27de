import path from 'node:path';
import { build } from 'vite';

/**
 * Makes plain JavaScript of a program, as the packaged app has it: Node's own reading of TypeScript would count in its
 * memory and its start. Resolves with the file.
 */
export async function bundleProgram(entry: string, folder: string): Promise<string> {
  const name = path.basename(entry, '.ts');
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: path.resolve(entry),
      outDir: path.resolve(folder),
      emptyOutDir: false,
      target: 'node24',
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  return path.join(path.resolve(folder), `${name}.mjs`);
}
