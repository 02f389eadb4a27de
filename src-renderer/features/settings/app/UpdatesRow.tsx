import { Button } from '#renderer/components/controls/Button.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { updateWords, type UpdateWords } from './updateWords.ts';
import { useUpdates } from '#renderer/state/shell/useUpdates.ts';

const labels: Readonly<Record<Exclude<UpdateWords['action'], 'none'>, string>> = {
  check: 'Check for updates',
  wait: 'Check for updates',
  retry: 'Try again',
  install: 'Restart and install',
};

/** State of updates. Only the desktop shell updates itself; in a browser the row is not shown. */
export function UpdatesRow() {
  const updates = useUpdates();
  const now = useNow(30_000);
  if (updates === null) return null;
  const { text, action } = updateWords(updates.state, now);
  return (
    <SettingRow
      title="Updates"
      text={<output>{updates.installing ? 'Restarting when running tasks have finished.' : text}</output>}
    >
      {action === 'none' ? undefined : (
        <Button
          look={action === 'install' ? 'primary' : 'plain'}
          disabled={action === 'wait' || updates.installing}
          onClick={action === 'install' ? updates.install : updates.check}
        >
          {labels[action]}
        </Button>
      )}
    </SettingRow>
  );
}
