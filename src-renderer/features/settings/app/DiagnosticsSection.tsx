import { useEffect, useRef, useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';
import { downloadText } from '#renderer/components/text/downloadText.ts';
import { ErrorState } from '#renderer/components/messages/ErrorState.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import { useIntent } from '#renderer/state/shell/IntentContext.tsx';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

/** Data folder, diagnostics and log; never texts of tasks, never secrets. */
export function DiagnosticsSection() {
  const { home } = useSlice('engine');
  const shell = useShell();
  const offline = useLink() !== 'open';
  const [shown, setShown] = useState(false);
  const { asked, done } = useIntent('read_log');
  const logs = shown || asked;
  const toggle = () => {
    setShown(!logs);
    done();
  };
  // It stays open once the page has scrolled to it.
  const keepOpen = () => {
    setShown(true);
    done();
  };
  const report = useAction('diagnostics');
  const save = async () => {
    const answer = await report.run({});
    if (answer === null) return;
    downloadText('open-swarm-diagnostics.json', 'application/json', JSON.stringify(answer.report, null, 2));
  };
  return (
    <SettingSection title="Logs and diagnostics">
      <SettingRow title="Data folder" text={<span className="mono">{home}</span>}>
        {shell === null ? (
          <CopyButton text={home} label="Copy path" />
        ) : (
          <Button onClick={() => void shell.call('reveal', { path: home })}>Show in folder</Button>
        )}
      </SettingRow>
      <SettingRow
        title="Diagnostics"
        text="Versions, states and counts for a bug report. Contains no prompts, answers or secrets."
      >
        <Button disabled={report.busy || offline} onClick={() => void save()}>
          Save report
        </Button>
      </SettingRow>
      <SettingRow title="Log" text="Recent engine log, without prompts or answers.">
        <Button aria-expanded={logs} disabled={offline && !logs} onClick={toggle}>
          {logs ? 'Hide' : 'Show'}
        </Button>
      </SettingRow>
      {logs ? <LogLines inView={asked} onSeen={keepOpen} /> : null}
    </SettingSection>
  );
}

interface LogLinesProps {
  /** It was requested from elsewhere, so the page scrolls to it. */
  readonly inView: boolean;
  readonly onSeen: () => void;
}

function LogLines({ inView, onSeen }: LogLinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const { data, error, reload } = useQuery('logs.tail', { lines: 400 });
  const isRead = data !== null;
  useEffect(() => {
    if (!inView || !isRead) return;
    box.current?.scrollIntoView({ block: 'center' });
    onSeen();
  }, [inView, isRead, onSeen]);
  if (data === null && error !== null) {
    const { title, meaning } = errorWords(error);
    return <ErrorState title={title} meaning={meaning} action={<Button onClick={reload}>Try again</Button>} />;
  }
  if (data === null) return <Loading text="Loading the log…" />;
  const text = data.lines.join('\n');
  return (
    <div ref={box} className="border-t border-line p-4">
      <div className="mb-2 flex justify-end gap-1">
        <CopyButton text={text} label="Copy log" labelled />
        <Button look="ghost" tight onClick={reload}>
          Refresh
        </Button>
      </div>
      <textarea
        readOnly
        aria-label="Log"
        rows={16}
        wrap="off"
        value={text === '' ? 'The log is empty.' : text}
        className="mono block w-full resize-y rounded-control border border-line bg-sunken px-3 py-2 !text-[11.5px]"
      />
    </div>
  );
}
