import { FilePlus2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { AddModelDialog } from './adding/AddModelDialog.tsx';
import { AdviceCard } from './advice/AdviceCard.tsx';
import { CatalogueCard } from './catalogue/CatalogueCard.tsx';
import { InstalledCard } from './installed/InstalledCard.tsx';
import { useModelDrop, type DroppedModel } from './adding/useModelDrop.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useIntent } from '#renderer/state/shell/IntentContext.tsx';

/** Installed models, the catalogue, and adding any other model. */
export function ModelsPage() {
  const [adding, setAdding] = useState<DroppedModel | null>(null);
  const { asked, done } = useIntent('add_model');
  const offline = useLink() !== 'open';
  const hovering = useModelDrop(setAdding);
  return (
    <>
      <PageHead
        title="Models"
        text="Small language models this computer can run. Every file is verified before use."
        actions={
          <Button disabled={offline} onClick={() => setAdding({ text: '', name: null })} icon={<Icon of={FilePlus2} />}>
            Add from file or URL
          </Button>
        }
      />
      {hovering ? (
        <p className="rounded-card border border-dashed border-accent bg-accent-soft px-4 py-3 text-center text-sm">
          Drop a GGUF file or URL to add it.
        </p>
      ) : null}
      <InstalledCard />
      <AdviceCard />
      <CatalogueCard />
      {adding === null && !asked ? null : (
        <AddModelDialog
          first={adding?.text ?? ''}
          droppedName={adding?.name ?? null}
          onClose={() => {
            setAdding(null);
            done();
          }}
        />
      )}
    </>
  );
}
