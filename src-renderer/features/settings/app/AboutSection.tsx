import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import licences from './licences.json' with { type: 'json' };
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { UpdatesRow } from './UpdatesRow.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

/** Version, updates and licences. */
export function AboutSection() {
  const engine = useSlice('engine');
  const [shown, setShown] = useState(false);
  return (
    <SettingSection title="About">
      <SettingRow title={`Open Swarm ${engine.version}`} text="Free software under the MIT licence." />
      <UpdatesRow />
      <SettingRow
        title="Licences"
        text="The free software that Open Swarm is built with, beside Node.js, llama.cpp and Electron (all MIT)."
      >
        <Button aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide' : 'Show'}
        </Button>
      </SettingRow>
      {shown ? (
        <ul className="grid grid-cols-2 gap-x-6 border-t border-line px-4 py-3 text-xs max-mid:grid-cols-1">
          {licences.map(({ name, version, licence }) => (
            <li key={`${name} ${version}`} className="flex justify-between gap-3 py-1">
              <span>
                {name} {version}
              </span>
              <span className="text-quiet">{licence}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </SettingSection>
  );
}
