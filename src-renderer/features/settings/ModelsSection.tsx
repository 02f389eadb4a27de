import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { TextInput } from '#renderer/components/controls/Field.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { TokenDialog } from '#renderer/features/models/downloads/TokenDialog.tsx';
import { NumberSetting } from '#renderer/features/settings/contribution/NumberSetting.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

const gigabyte = 1e9;
const megabyte = 1e6;

/** Disk space for models, and download settings. */
export function ModelsSection() {
  const settings = useSlice('settings');
  const offline = useLink() !== 'open';
  const save = useAction('settings.set');
  const budget = settings['models.diskBudgetBytes'];
  const rate = settings['downloads.bytesPerSecond'];
  return (
    <>
      <SettingSection title="Storage">
        <SettingRow
          title="Disk space for models"
          text="When full, the least recently used models are deleted to make room. Models in use stay."
        >
          <NumberSetting
            label="Disk space for models"
            unit="GB"
            value={budget === null ? null : Math.round(budget / gigabyte)}
            least={1}
            most={1_000_000}
            emptyMeans="no limit"
            disabled={offline}
            onChange={(size) => void save.run({ 'models.diskBudgetBytes': size === null ? null : size * gigabyte })}
          />
        </SettingRow>
      </SettingSection>
      <SettingSection title="Downloads">
        <SettingRow title="Download speed limit" text="Applies to all downloads together.">
          <NumberSetting
            label="Download speed limit"
            unit="MB/s"
            value={rate === null ? null : Math.max(1, Math.round(rate / megabyte))}
            least={1}
            most={1_000_000}
            emptyMeans="no limit"
            disabled={offline}
            onChange={(speed) =>
              void save.run({ 'downloads.bytesPerSecond': speed === null ? null : speed * megabyte })
            }
          />
        </SettingRow>
        <SettingRow title="Download on metered networks" text="When off, downloads wait for an unmetered connection.">
          <Switch
            label="Download on metered networks"
            labelHidden
            checked={settings['downloads.onMetered']}
            disabled={offline}
            onChange={(on) => void save.run({ 'downloads.onMetered': on })}
          />
        </SettingRow>
        <HubRow key={settings['downloads.hub']} />
        <TokenRow />
      </SettingSection>
    </>
  );
}

function HubRow() {
  const hub = useSlice('settings')['downloads.hub'];
  const offline = useLink() !== 'open';
  const save = useAction('settings.set');
  const [text, setText] = useState(hub);
  const isValid = /^https?:\/\/[^\s/]+/.test(text.trim());
  return (
    <SettingRow title="Model hub" text="Where catalogue models are downloaded from. You can use a mirror.">
      <form
        className="flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) void save.run({ 'downloads.hub': text.trim() });
        }}
      >
        <TextInput
          aria-label="Model hub URL"
          aria-invalid={!isValid}
          className="w-64"
          maxLength={300}
          spellCheck={false}
          value={text}
          disabled={offline}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={!isValid || text.trim() === hub || save.busy || offline}>
          Save
        </Button>
      </form>
    </SettingRow>
  );
}

function TokenRow() {
  const offline = useLink() !== 'open';
  const token = useQuery('models.token', {});
  const save = useAction('models.setToken');
  const [asking, setAsking] = useState(false);
  const isSet = token.data?.isSet === true;
  const forget = async () => {
    await save.run({ token: null });
    token.reload();
  };
  return (
    <SettingRow
      title="Hub access token"
      text={
        isSet
          ? 'Stored encrypted and sent only to the hub.'
          : 'Only needed for models whose terms you must accept on the hub.'
      }
    >
      {isSet ? (
        <Button disabled={offline || save.busy} onClick={() => void forget()}>
          Remove
        </Button>
      ) : null}
      <Button disabled={offline} onClick={() => setAsking(true)}>
        {isSet ? 'Replace' : 'Set token'}
      </Button>
      {asking ? <TokenDialog onClose={() => setAsking(false)} onSet={token.reload} /> : null}
    </SettingRow>
  );
}
