import path from 'node:path';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';

/** The starter model as it lies in resources, described as the model store would. */
export const starterModel: InstalledModel = {
  digest: '3644a39eecc2b6d9c90a5363a919347f0554c569979dba1b24ac8dfb61e87fc2',
  path: path.resolve('resources/models/openswarm-starter-js-6m-q8_0.gguf'),
  id: 'openswarm-starter-js-6m-q8_0',
  name: 'Open Swarm Starter JS',
  purpose: 'Continues JavaScript and TypeScript code.',
  types: ['code_completion'],
  languages: ['javascript', 'typescript'],
  parameters: 5_770_496,
  quantisation: 'Q8_0',
  sizeBytes: 6_232_544,
  sizeClass: 'tiny',
  vocabSize: 4096,
  eogIds: [2],
  contextSize: 384,
  chatTemplate: false,
  licence: 'MIT',
  source: 'bundled',
  inCatalogue: true,
  architecture: 'llama',
  layers: 6,
  kvBytesPerToken: 3072,
  installedAt: 0,
};
