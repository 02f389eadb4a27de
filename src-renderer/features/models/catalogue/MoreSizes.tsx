import { useId, useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { ErrorState } from '#renderer/components/messages/ErrorState.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { type FileRow, moreSizes } from './catalogueChoice.ts';
import { GetButton } from './GetButton.tsx';
import { InspectButton } from '#renderer/features/models/adding/InspectButton.tsx';
import { engineWords } from '#renderer/format/engineWords.ts';
import { bytesText } from '#renderer/format/numbers.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { HubFile } from '#shared/api/models.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';

interface MoreSizesProps {
  readonly family: CatalogueFamily;
  /** The files in the catalogue. */
  readonly rows: readonly FileRow[];
}

/** Sizes of a model outside the catalogue; the hub is queried on request. */
export function MoreSizes({ family, rows }: MoreSizesProps) {
  const offline = useLink() !== 'open';
  const [wanted, setWanted] = useState(false);
  const listId = useId();
  return (
    <div className="flex flex-col items-start gap-2">
      <Button
        look="ghost"
        tight
        className="-ml-[10px]"
        disabled={offline && !wanted}
        aria-expanded={wanted}
        aria-controls={wanted ? listId : undefined}
        onClick={() => setWanted(!wanted)}
      >
        More sizes from the hub
      </Button>
      <div id={listId} className="w-full" hidden={!wanted}>
        {wanted ? <SizesOfHub family={family} rows={rows} /> : null}
      </div>
    </div>
  );
}

function SizesOfHub({ family, rows }: MoreSizesProps) {
  const offline = useLink() !== 'open';
  const sizes = useQuery('models.hubFiles', { familyId: family.id });
  if (sizes.data === null) {
    if (sizes.error === null) {
      return offline ? <Quiet text={engineWords.unavailable} /> : <Loading text="Loading from the hub…" />;
    }
    return (
      <ErrorState
        title={errorWords(sizes.error).title}
        meaning="The files in the catalogue are still listed above."
        action={
          <Button tight disabled={offline || sizes.loading} onClick={sizes.reload}>
            Try again
          </Button>
        }
      />
    );
  }
  const more = moreSizes(sizes.data.files, rows);
  if (more.length === 0) return <Quiet text="The hub has no other sizes of this model." />;
  return (
    <ul aria-label="More sizes from the hub" className="rounded-control border border-line">
      {more.map((file) => (
        <SizeLine key={file.path} file={file} name={family.name} />
      ))}
    </ul>
  );
}

function SizeLine({ file, name }: { readonly file: HubFile; readonly name: string }) {
  const { path, quantisation, sizeBytes, digest, address } = file;
  const installed = useSlice('models').some((model) => model.digest === digest);
  return (
    <li className="grid grid-cols-[120px_minmax(0,1fr)_auto] items-center max-small:grid-cols-1 max-small:justify-items-start gap-3 border-t border-line px-3 py-2 first:border-t-0">
      <span className="number">
        <span className="block truncate text-sm font-medium" title={path}>
          {quantisation ?? path}
        </span>
        <span className="block text-xs text-quiet">{bytesText(sizeBytes)}</span>
      </span>
      <span>{installed ? null : <InspectButton source={address} />}</span>
      <GetButton id={address} sha256={digest} installed={installed} name={`${name} ${quantisation ?? path}`} />
    </li>
  );
}

function Quiet({ text }: { readonly text: string }) {
  return <p className="py-2 text-sm text-quiet">{text}</p>;
}
