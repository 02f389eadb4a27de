import { bestFile, type CatalogueFamilyRow, type FileRow } from './catalogueChoice.ts';
import type { EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

/** A file to begin with, and the family it belongs to. */
export interface SuggestedModel {
  readonly family: CatalogueFamilyRow['family'];
  readonly row: FileRow;
}

interface Known {
  readonly families: readonly CatalogueFamilyRow[];
  /** Null while it is not known: then the catalogue's own order counts. */
  readonly advice: Pick<EarningAdvice, 'rows'> | null;
  /** Room for a download; null while unknown. */
  readonly roomBytes: number | null;
}

const most = 3;

/**
 * At most three models to begin with, each of another family: the one that would earn most, the largest that runs well
 * because it answers best, and what would earn most after these. What only runs slowly is suggested where nothing runs
 * well. Families that are here already or come with terms of their own, and files that the disk has no room for, are left
 * out.
 */
export function suggestModels({ families, advice, roomBytes }: Known): readonly SuggestedModel[] {
  const place = new Map((advice?.rows ?? []).map(({ id }, index) => [id, index] as const));
  const placeOf = ({ row }: SuggestedModel) => place.get(row.file.id) ?? Number.MAX_SAFE_INTEGER;
  const all = families
    .filter(({ family, rows }) => isFree(family.licence) && rows.every(({ installed }) => installed === null))
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

/** SPDX lists licences of general use; `LicenseRef-` marks terms of one publisher, for example for research alone. */
function isFree(licence: string | null): boolean {
  return licence !== null && !licence.startsWith('LicenseRef-');
}

function sizeOf({ file }: FileRow): number {
  return file.sizeBytes ?? 0;
}
