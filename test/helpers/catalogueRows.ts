import type { CatalogueFamilyRow, FileRow } from '#renderer/features/models/catalogue/catalogueChoice.ts';
import type { Fit } from '#shared/domain/models/fitVerdict.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';

/** A file of the catalogue as this computer sees it. */
export function catalogueRow(id: string, fit: Fit, sizeBytes: number | null, installed = false): FileRow {
  return {
    file: {
      id,
      quantisation: 'Q4_K_M',
      repository: 'o/r',
      path: 'a.gguf',
      revision: null,
      sizeBytes,
      digest: null,
      from: {},
    },
    installed: installed ? 'a'.repeat(64) : null,
    verdict: {
      fit,
      sentence: '',
      needBytes: null,
      availableBytes: null,
      contextSize: 1024,
      slots: 1,
      tokensPerSecond: null,
      estimateErrorPercent: null,
    },
  };
}

/** A family of the catalogue with its files. */
export function catalogueFamily(name: string, types: readonly TaskType[], rows: FileRow[]): CatalogueFamilyRow {
  return {
    family: {
      id: name.toLowerCase(),
      name,
      purpose: `${name} helps`,
      types: [...types],
      languages: ['rust'],
      paperNames: [{ name: 'Paper-1', exists: false, note: 'n' }],
      publishedAs: null,
      licence: null,
      parameters: null,
      contextSize: null,
      vocabSize: null,
      eogIds: null,
      chatTemplate: null,
      architecture: null,
      layers: null,
      kvHeads: null,
      headSize: null,
      from: {},
      files: rows.map((row) => row.file),
    },
    rows,
  };
}
