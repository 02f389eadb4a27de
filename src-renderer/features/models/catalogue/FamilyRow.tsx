import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { bestFile, type CatalogueFamilyRow } from './catalogueChoice.ts';
import { FamilyDialog, licenceText } from './FamilyDialog.tsx';
import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { GetButton } from './GetButton.tsx';
import { ModelRow } from '#renderer/features/models/ModelRow.tsx';
import { bytesText } from '#renderer/format/numbers.ts';

/** A catalogue model: its best-fitting file, the verdict, and the download. */
export function FamilyRow({ entry }: { readonly entry: CatalogueFamilyRow }) {
  const { family, rows } = entry;
  const [open, setOpen] = useState(false);
  const row = bestFile(rows);
  if (row === undefined) return null;
  const { file, verdict } = row;
  return (
    <ModelRow
      name={
        <button
          type="button"
          className="max-w-full truncate rounded-sm hover:underline"
          title={`Details of ${family.name}`}
          onClick={() => setOpen(true)}
        >
          {family.name}
        </button>
      }
      facts={[
        file.sizeBytes === null ? 'unknown size' : bytesText(file.sizeBytes),
        file.quantisation,
        licenceText(family.licence),
      ]}
      purpose={family.purpose}
    >
      <FitLine fit={verdict.fit} sentence={verdict.sentence} />
      <div className="flex items-center justify-end gap-1">
        {verdict.fit === 'no' && row.installed === null ? (
          <Button look="ghost" tight aria-label={`Why ${family.name} does not fit`} onClick={() => setOpen(true)}>
            Why
          </Button>
        ) : (
          <GetButton id={file.id} installed={row.installed !== null} name={`${family.name} ${file.quantisation}`} />
        )}
      </div>
      {open ? <FamilyDialog entry={entry} onClose={() => setOpen(false)} /> : null}
    </ModelRow>
  );
}
