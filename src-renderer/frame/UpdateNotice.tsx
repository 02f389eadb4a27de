import { PackageCheck } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Banner } from '#renderer/components/messages/Banner.tsx';
import { useUpdates } from '#renderer/state/shell/useUpdates.ts';

/** Announces once that an update is ready. Postponed, it stays available in Settings and is installed on quit. */
export function UpdateNotice() {
  const updates = useUpdates();
  const [postponed, setPostponed] = useState<string | null>(null);
  if (updates === null || updates.state.kind !== 'ready') return null;
  const { version } = updates.state;
  if (postponed === version) return null;
  return (
    <Banner
      tone="quiet"
      icon={PackageCheck}
      title={`Open Swarm ${version} is ready to install.`}
      action={
        updates.installing ? null : (
          <>
            <Button tight look="ghost" onClick={() => setPostponed(version)}>
              Later
            </Button>
            <Button tight onClick={updates.install}>
              Restart and install
            </Button>
          </>
        )
      }
    >
      {updates.installing ? 'Restarting when running tasks have finished.' : 'Running tasks finish before the restart.'}
    </Banner>
  );
}
