import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { sizeClassOf } from '#shared/domain/money/prices.ts';
import { readGgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { digestFile } from '#node/digestFile.ts';

/**
 * Makes a model file with the shape of a real model, random weights and ChatML's template (`tools/make-gguf.mjs`).
 * `control`: more control tokens.
 */
export async function makeSyntheticModel(
  folder: string,
  preset: 'tiny' | '135m' | '360m' | '1b' | '1.5b',
  control: readonly string[] = [],
): Promise<InstalledModel> {
  const file = path.join(folder, `synthetic-${preset}.gguf`);
  const tokens = control.flatMap((token) => ['--control', token]);
  const args = [path.resolve('tools/make-gguf.mjs'), '--preset', preset, '--out', file, ...tokens];
  await promisify(execFile)(process.execPath, args);
  const header = await readGgufHeader(file);
  return {
    ...header,
    path: file,
    digest: await digestFile(file),
    id: `synthetic-${preset}`,
    purpose: 'Random weights in the shape of a real model.',
    types: ['chat', 'code_generation'],
    languages: [],
    sizeClass: sizeClassOf(header.parameters),
    eogIds: [...header.eogIds],
    licence: 'MIT',
    source: 'bundled',
    inCatalogue: false,
    installedAt: 0,
  };
}
