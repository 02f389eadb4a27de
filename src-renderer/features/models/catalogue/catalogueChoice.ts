import type { CommandOutput } from '#shared/api/commands.ts';
import type { HubFile, ShippedModel } from '#shared/api/models.ts';
import type { Fit, FitVerdict } from '#shared/domain/models/fitVerdict.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';

export type CatalogueFamilyRow = CommandOutput<'models.catalogue'>['families'][number];
export type FileRow = CatalogueFamilyRow['rows'][number];

export type Shelf = 'fits' | 'write' | 'test' | 'document' | 'review' | 'chat' | 'all';

/** The shelves of the catalogue, each with its task types. */
export const shelves: readonly {
  readonly value: Shelf;
  readonly label: string;
  readonly types: readonly TaskType[];
}[] = [
  { value: 'fits', label: 'Fits here', types: [] },
  { value: 'write', label: 'Write code', types: ['code_completion', 'code_generation', 'refactoring'] },
  { value: 'test', label: 'Tests', types: ['test_generation'] },
  { value: 'document', label: 'Document', types: ['documentation'] },
  { value: 'review', label: 'Review', types: ['code_review', 'debugging', 'security_audit'] },
  { value: 'chat', label: 'Chat', types: ['chat'] },
  { value: 'all', label: 'All', types: [] },
];

const fitRank: Readonly<Record<Fit, number>> = { well: 0, slow: 1, unknown: 2, no: 3 };

/**
 * The file that represents a family: an installed one first, then the best fit. Of files that run well the largest,
 * because it answers best; otherwise the smallest, because it comes closest to fitting.
 */
export function bestFile(rows: readonly FileRow[]): FileRow | undefined {
  return rows.toSorted((one, other) => {
    if ((one.installed === null) !== (other.installed === null)) return one.installed === null ? 1 : -1;
    const rank = fitRank[one.verdict.fit] - fitRank[other.verdict.fit];
    if (rank !== 0) return rank;
    const size = (one.file.sizeBytes ?? 0) - (other.file.sizeBytes ?? 0);
    return one.verdict.fit === 'well' ? -size : size;
  })[0];
}

/** Hub files that the rows do not show yet, not even as the same quantisation from elsewhere. */
export function moreSizes(files: readonly HubFile[], rows: readonly FileRow[]): readonly HubFile[] {
  const shown = new Set<string | null>(rows.map(({ file }) => file.quantisation));
  return files.filter(({ known, quantisation }) => !known && !shown.has(quantisation));
}

/** True when a file of the family is known to run here, even slowly. */
export function fitsHere({ rows }: CatalogueFamilyRow): boolean {
  return rows.some(({ verdict }) => isFitting(verdict));
}

/** Families on a shelf that match every search word, best fit first, then in catalogue order. */
export function familiesOf(
  families: readonly CatalogueFamilyRow[],
  shelf: Shelf,
  search: string,
): readonly CatalogueFamilyRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const types = shelves.find(({ value }) => value === shelf)?.types ?? [];
  return families
    .filter((one) => (shelf === 'fits' ? fitsHere(one) : true))
    .filter(({ family }) => types.length === 0 || types.some((type) => family.types.includes(type)))
    .filter((one) => words.every((word) => searchText(one).includes(word)))
    .toSorted((one, other) => rankOf(one) - rankOf(other));
}

/** Shipped models on a shelf that are not installed and match every search word. */
export function shippedOf(shipped: readonly ShippedModel[], shelf: Shelf, search: string): readonly ShippedModel[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const types = shelves.find(({ value }) => value === shelf)?.types ?? [];
  return shipped
    .filter(({ installed, verdict }) => !installed && (shelf !== 'fits' || isFitting(verdict)))
    .filter((model) => types.length === 0 || types.some((type) => model.types.includes(type)))
    .filter(({ id, name, purpose }) => words.every((word) => `${id} ${name} ${purpose}`.toLowerCase().includes(word)));
}

function isFitting({ fit }: FitVerdict): boolean {
  return fit === 'well' || fit === 'slow';
}

function rankOf({ rows }: CatalogueFamilyRow): number {
  return Math.min(...rows.map(({ verdict }) => fitRank[verdict.fit]));
}

function searchText({ family }: CatalogueFamilyRow): string {
  const parts = [
    family.name,
    family.purpose,
    family.licence ?? '',
    family.publishedAs ?? '',
    ...family.languages,
    ...family.paperNames.map(({ name }) => name),
    ...family.files.map(({ id, quantisation }) => `${id} ${quantisation}`),
  ];
  return parts.join(' ').toLowerCase();
}
