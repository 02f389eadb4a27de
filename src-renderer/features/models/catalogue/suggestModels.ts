import { bestFile, type CatalogueFamilyRow, type FileRow } from './catalogueChoice.ts';
import type { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

/** A suggested file and its family. */
export interface SuggestedModel {
  readonly family: CatalogueFamilyRow['family'];
  readonly row: FileRow;
}

interface Known {
  readonly families: readonly CatalogueFamilyRow[];
  /** Null while unknown; the catalogue's order then applies. */
  readonly advice: Pick<EarningAdvice, 'rows'> | null;
  /** Free space for a download in bytes; null while unknown. */
  readonly roomBytes: number | null;
}

const most = 3;

/**
 * Up to three models to start with, each of another family: the best earner, the largest that runs well because it answers
 * best, and the next best earners. Slow models are suggested only where nothing runs well. Installed families, those with
 * their own licence terms, and files too large for the disk are left out.
 */
export function suggestModels({ families, advice, roomBytes }: Known): readonly SuggestedModel[] {
  const place = new Map((advice?.rows ?? []).map(({ id }, index) => [id, index] as const));
  const placeOf = ({ row }: SuggestedModel) => place.get(row.file.id) ?? Number.MAX_SAFE_INTEGER;
  const all = families
    .filter(({ family, rows }) => isGeneralLicence(family.licence) && rows.every(({ installed }) => installed === null))
    .flatMap(({ family, rows }) => {
      const row = bestFile(rows.filter((one) => sizeOf(one) > 0 && sizeOf(one) < (roomBytes ?? Infinity)));
      return row === undefined ? [] : [{ family, row }];
    })
    .toSorted((one, other) => placeOf(one) - placeOf(other));
  const well = all.filter(({ row }) => row.verdict.fit === 'well');
  if (well.length === 0) return all.filter(({ row }) => row.verdict.fit === 'slow').slice(0, most);
  const [largest] = well.toSorted((one, other) => sizeOf(other.row) - sizeOf(one.row));
  const [first, ...rest] = well;
  return [...new Set([first, largest, ...rest])].filter((one) => one !== undefined).slice(0, most);
}

/** SPDX lists general licences; `LicenseRef-` marks the terms of one publisher, for example research only. */
function isGeneralLicence(licence: string | null): boolean {
  return licence !== null && !licence.startsWith('LicenseRef-');
}

function sizeOf({ file }: FileRow): number {
  return file.sizeBytes ?? 0;
}
