import { useEffect, useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { ButtonLink } from '#renderer/components/controls/ButtonLink.tsx';
import { TextInput } from '#renderer/components/controls/Field.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { NotificationsRow } from './app/NotificationsRow.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Settings of this node: name, notifications, start at login. */
export function ComputerSection() {
  return (
    <SettingSection title="This computer">
      <NameRow />
      <SettingRow title="Contribution" text="When to work for others, and how much of the computer to use.">
        <ButtonLink href="/settings/contribution">Open</ButtonLink>
      </SettingRow>
      <NotificationsRow />
      <AutostartRow />
    </SettingSection>
  );
}

function NameRow() {
  const { name } = useSlice('identity');
  const offline = useLink() !== 'open';
  const save = useAction('settings.set');
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed ?? name;
  const changed = value.trim() !== '' && value.trim() !== name;
  const keep = async () => {
    if ((await save.run({ 'node.name': value.trim() })) !== null) setTyped(null);
  };
  return (
    <SettingRow title="Name" text="How others in the swarm see this computer.">
      <form
        className="flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) void keep();
        }}
      >
        <TextInput
          aria-label="Node name"
          className="w-52"
          maxLength={64}
          value={value}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" disabled={!changed || save.busy || offline}>
          Rename
        </Button>
      </form>
    </SettingRow>
  );
}

/** Only the desktop shell can start at login. */
function AutostartRow() {
  const shell = useShell();
  const [on, setOn] = useState<boolean | null>(null);
  useEffect(() => {
    let current = true;
    shell?.call('autostart.get').then(
      (answer) => current && setOn(answer.on),
      // Not supported on this system: the row is not shown.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [shell]);
  if (shell === null || on === null) return null;
  return (
    <SettingRow title="Start at login" text="Opens in the background when you sign in.">
      <Switch
        label="Start at login"
        labelHidden
        checked={on}
        onChange={(next) => void shell.call('autostart.set', { on: next }).then((answer) => setOn(answer.on))}
      />
    </SettingRow>
  );
}
