import { useEffect, useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { noticeWords, type NoticePermission } from './notificationWords.ts';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Notifications about finished tasks. On by default; a browser also needs a permission. */
export function NotificationsRow() {
  const wanted = useSlice('settings')['interface.notifications'];
  const offline = useLink() !== 'open';
  const save = useAction('settings.set');
  const { permission, ask } = useNoticePermission();
  const { text, canAsk } = noticeWords(wanted, permission);
  const set = async (on: boolean) => {
    if (on && permission === 'default') void ask();
    await save.run({ 'interface.notifications': on });
  };
  return (
    <SettingRow title="Notifications" text={<output>{text}</output>}>
      {canAsk ? <Button onClick={() => void ask()}>Allow in this browser</Button> : null}
      <Switch
        label="Notifications"
        labelHidden
        checked={wanted}
        disabled={save.busy || offline}
        onChange={(on) => void set(on)}
      />
    </SettingRow>
  );
}

/** The browser's permission, kept up to date with its settings. The shell needs none. */
function useNoticePermission(): { readonly permission: NoticePermission; readonly ask: () => Promise<void> } {
  const inShell = useShell() !== null;
  const [permission, setPermission] = useState<NoticePermission>(() => readPermission(inShell));
  useEffect(() => {
    let status: PermissionStatus | null = null;
    const follow = () => setPermission(readPermission(inShell));
    navigator.permissions?.query({ name: 'notifications' }).then(
      (found) => {
        status = found;
        found.addEventListener('change', follow);
      },
      // A browser that does not report changes: the page shows them when it is reopened.
      () => undefined,
    );
    return () => status?.removeEventListener('change', follow);
  }, [inShell]);
  return { permission, ask: async () => setPermission(await Notification.requestPermission()) };
}

function readPermission(inShell: boolean): NoticePermission {
  if (inShell) return 'granted';
  return 'Notification' in window ? Notification.permission : 'none';
}
