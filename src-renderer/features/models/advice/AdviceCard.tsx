import { Coins } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { AdviceDialog } from './AdviceDialog.tsx';
import { GetButton } from '#renderer/features/models/catalogue/GetButton.tsx';
import { useAdvice } from '#renderer/state/useAdvice.ts';
import { adviceSentence } from '#shared/domain/money/adviceSentence.ts';

/** The earning advice as a sentence; the comparison opens on request. */
export function AdviceCard() {
  const [comparing, setComparing] = useState(false);
  const advice = useAdvice();
  if (advice === null) return null;
  const { best, rows } = advice;
  return (
    <Card aria-label="Earning advice" className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <p className="flex min-w-0 flex-1 basis-80 items-start gap-[10px] text-sm">
        <span className="mt-[2px] text-quiet">
          <Icon of={Coins} />
        </span>
        <span className="number min-w-0 [overflow-wrap:anywhere]">{adviceSentence(advice)}</span>
      </p>
      <div className="flex items-center gap-1">
        {rows.length < 2 ? null : (
          <Button look="ghost" tight onClick={() => setComparing(true)}>
            Compare
          </Button>
        )}
        {best === null ? null : <GetButton id={best.row.id} installed={false} name={best.row.name} />}
      </div>
      {comparing ? <AdviceDialog advice={advice} onClose={() => setComparing(false)} /> : null}
    </Card>
  );
}
