import { SearchX } from 'lucide-react';
import { useState } from 'react';
import { Card } from '#renderer/components/layout/Card.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { SearchField } from '#renderer/components/controls/SearchField.tsx';
import { Segments } from '#renderer/components/controls/Segments.tsx';
import { familiesOf, fitsHere, shelves, shippedOf, type Shelf } from './catalogueChoice.ts';
import { FamilyRow } from './FamilyRow.tsx';
import { ShippedRow } from './ShippedRow.tsx';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { counted } from '#renderer/format/numbers.ts';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

/** The catalogue, filtered by purpose and search. */
export function CatalogueCard() {
  const installed = useSlice('models')
    .map(({ digest, state }) => `${digest} ${state}`)
    .join('\n');
  const memory = useSlice('settings')['contribution.memoryLimit'];
  const catalogue = useQuery('models.catalogue', {}, `${installed}\n${String(memory)}`);
  const [chosen, setChosen] = useState<Shelf | null>(null);
  const [search, setSearch] = useState('');
  const families = catalogue.data?.families ?? [];
  // Until the fit is known, the shelf "Fits here" would be empty.
  const shelf = chosen ?? (families.some(fitsHere) ? 'fits' : 'all');
  // A search covers every shelf, so that no match is hidden by the filter.
  const shown = familiesOf(families, search.trim() === '' ? shelf : 'all', search);
  const shipped = shippedOf(catalogue.data?.shipped ?? [], search.trim() === '' ? shelf : 'all', search);
  return (
    <Card flush aria-label="Catalogue">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2 border-b border-line px-4 py-[10px]">
        <Segments label="Filter models" value={shelf} onChange={setChosen} segments={shelves} />
        <SearchField
          label={families.length === 0 ? 'Search the catalogue' : `Search ${counted(families.length, 'model')}`}
          value={search}
          onChange={setSearch}
          className="w-44"
        />
      </div>
      {catalogue.data === null ? (
        <QueryProblem query={catalogue} waiting={<Loading text="Checking what fits this computer…" />} />
      ) : shown.length + shipped.length === 0 ? (
        <EmptyState
          icon={SearchX}
          title="No matching models"
          text="Try another search, or add a GGUF file by path or URL."
        />
      ) : (
        <ul aria-label="Catalogue models">
          {shipped.map((one) => (
            <ShippedRow key={one.id} model={one} />
          ))}
          {shown.map((one) => (
            <FamilyRow key={one.family.id} entry={one} />
          ))}
        </ul>
      )}
    </Card>
  );
}
