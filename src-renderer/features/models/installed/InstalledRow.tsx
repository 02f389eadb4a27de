import { Ellipsis, Gauge, RotateCcw, ShieldCheck, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Menu } from '#renderer/components/controls/Menu.tsx';
import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { installedLine } from './installedLine.ts';
import { InstalledFitDialog } from './InstalledFitDialog.tsx';
import { ModelRow } from '#renderer/features/models/ModelRow.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { useVerify } from './useVerify.ts';
import { bytesText } from '#renderer/format/numbers.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';

const TryDialog = lazy(async () => ({
  default: (await import('#renderer/features/models/trying/TryDialog.tsx')).TryDialog,
}));

interface InstalledRowProps {
  readonly model: ModelSlice;
  readonly earned: MicroCredits;
}

/** An installed model: purpose, speed, earnings and actions. */
export function InstalledRow({ model, earned }: InstalledRowProps) {
  const offline = useLink() !== 'open';
  const [dialog, setDialog] = useState<'none' | 'try' | 'fit' | 'remove'>('none');
  const verify = useVerify(model.digest, model.name);
  const line = installedLine(model, earned);
  const close = () => setDialog('none');
  return (
    <ModelRow
      name={model.name}
      facts={[bytesText(model.sizeBytes), model.quantisation, model.licence].filter((fact) => fact !== '')}
      purpose={model.purpose}
    >
      {verify.checking ? (
        <output className="text-xs text-quiet">Verifying the file…</output>
      ) : (
        <FitLine fit={line.fit} sentence={line.text} />
      )}
      <div className="flex items-center justify-end gap-1">
        {model.state === 'damaged' ? (
          <Button
            tight
            disabled={offline || verify.checking}
            onClick={() => void verify.run(true)}
            icon={<Icon of={RotateCcw} size={14} />}
          >
            Repair
          </Button>
        ) : (
          <Button
            tight
            disabled={offline || model.state === 'repairing'}
            aria-label={`Try ${model.name}`}
            onClick={() => setDialog('try')}
          >
            Try
          </Button>
        )}
        <Menu
          align="end"
          choices={[
            {
              id: 'fit',
              label: 'Details',
              icon: <Icon of={Gauge} />,
              disabled: offline,
              onChoose: () => setDialog('fit'),
            },
            {
              id: 'verify',
              label: 'Verify file',
              icon: <Icon of={ShieldCheck} />,
              disabled: offline || verify.checking,
              onChoose: () => void verify.run(false),
            },
            {
              id: 'remove',
              label: 'Remove',
              icon: <Icon of={Trash2} />,
              disabled: offline,
              onChoose: () => setDialog('remove'),
            },
          ]}
          trigger={
            <Button look="ghost" tight aria-label={`More actions for ${model.name}`} icon={<Icon of={Ellipsis} />} />
          }
        />
      </div>
      {dialog === 'try' ? (
        <Suspense fallback={null}>
          <TryDialog model={model} onClose={close} />
        </Suspense>
      ) : null}
      {dialog === 'fit' ? <InstalledFitDialog model={model} onClose={close} /> : null}
      {dialog === 'remove' ? <RemoveDialog model={model} onClose={close} /> : null}
    </ModelRow>
  );
}
