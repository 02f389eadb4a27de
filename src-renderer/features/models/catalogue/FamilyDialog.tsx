import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Facts } from '#renderer/components/layout/Facts.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { bestFile, type CatalogueFamilyRow, type FileRow } from './catalogueChoice.ts';
import { FitFacts } from '#renderer/features/models/fit/FitFacts.tsx';
import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { GetButton } from './GetButton.tsx';
import { InspectButton } from '#renderer/features/models/adding/InspectButton.tsx';
import { MoreSizes } from './MoreSizes.tsx';
import { languagesText } from '#renderer/format/languages.ts';
import { bytesText, count } from '#renderer/format/numbers.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

interface FamilyDialogProps {
  readonly entry: CatalogueFamilyRow;
  readonly onClose: () => void;
}

const unknown = 'unknown';

/** Details of a catalogue model: its files, their fit and their sources. */
export function FamilyDialog({ entry, onClose }: FamilyDialogProps) {
  const { family, rows } = entry;
  const best = bestFile(rows);
  return (
    <Dialog open width="wide" onClose={onClose} title={family.name} description={family.purpose}>
      <ul aria-label="Files" className="rounded-control border border-line">
        {rows.map((row) => (
          <FileLine key={row.file.id} row={row} name={family.name} />
        ))}
      </ul>
      <MoreSizes family={family} rows={rows} />
      {best === undefined ? null : <FitFacts verdict={best.verdict} />}
      <div className="border-t border-line pt-3">
        <Facts facts={factsOf(family)} />
      </div>
      {family.paperNames.map(({ name, exists, note }) => (
        <Notice key={name}>{exists ? note : `“${name}” was never published. ${note}`}</Notice>
      ))}
    </Dialog>
  );
}

function FileLine({ row, name }: { readonly row: FileRow; readonly name: string }) {
  const { file, verdict } = row;
  return (
    <li className="grid grid-cols-[120px_minmax(0,1fr)_auto] items-center max-small:grid-cols-1 gap-3 border-t border-line px-3 py-2 first:border-t-0">
      <span className="number">
        <span className="block text-sm font-medium">{file.quantisation}</span>
        <span className="block text-xs text-quiet">
          {file.sizeBytes === null ? `${unknown} size` : bytesText(file.sizeBytes)}
        </span>
      </span>
      <FitLine fit={verdict.fit} sentence={verdict.sentence} />
      <span className="flex items-center gap-1">
        {verdict.fit === 'unknown' && row.installed === null ? <InspectButton source={file.id} /> : null}
        {verdict.fit === 'no' && row.installed === null ? null : (
          <GetButton id={file.id} installed={row.installed !== null} name={`${name} ${file.quantisation}`} />
        )}
      </span>
    </li>
  );
}

/** A licence for people: the SPDX prefix `LicenseRef-` of unlisted licences tells them nothing. */
export function licenceText(licence: string | null): string {
  return licence === null ? 'unknown licence' : licence.replace(/^LicenseRef-/, '');
}

function factsOf(family: CatalogueFamily): readonly (readonly [string, string])[] {
  // Files of one family may come from several repositories with different revisions.
  const revisions = new Set(family.files.flatMap(({ revision }) => (revision === null ? [] : [revision.slice(0, 12)])));
  return [
    ['Task types', family.types.map((type) => taskTypes[type].shortTitle).join(', ')],
    ['Languages', languagesText(family.languages)],
    ['Parameters', family.parameters === null ? unknown : `${(family.parameters / 1e9).toFixed(1)} billion`],
    ['Context length', family.contextSize === null ? unknown : `${count(family.contextSize)} tokens`],
    ['Licence', licenceText(family.licence)],
    ['Original model', family.publishedAs ?? unknown],
    ['Files from', [...new Set(family.files.map(({ repository }) => repository))].join(', ')],
    ['Revision', revisions.size === 0 ? 'pinned on first download' : [...revisions].join(', ')],
  ];
}
