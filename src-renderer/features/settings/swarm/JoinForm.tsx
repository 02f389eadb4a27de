import { useState, type ReactNode } from 'react';
import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { readSwarmAddress } from './swarmAddress.ts';
import { oneText } from '#renderer/state/engine/errorWords.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';

interface JoinFormProps {
  readonly id: string;
  readonly first: string;
  readonly onJoined: () => void;
  readonly renderFooter: (busy: boolean) => ReactNode;
}

/** One field for an address or an invite link; further questions appear only when needed. */
export function JoinForm({ id, first, onJoined, renderFooter }: JoinFormProps) {
  const [text, setText] = useState(first);
  const [plain, setPlain] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const action = useAction('swarm.join', (words) => setProblem(oneText(words)));
  const reading = readSwarmAddress(text);

  const join = async () => {
    if (reading.kind === 'wrong') {
      setProblem(reading.problem);
      return;
    }
    if ((await action.run({ address: reading.address, allowPlain: plain })) !== null) onJoined();
  };

  return (
    <form
      id={id}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <Field
        label="Address or invite link"
        hint="For example https://swarm.example.org or openswarm://192.168.1.20:4100#…"
        problem={problem}
      >
        {({ id: field, describedBy }) => (
          <TextInput
            id={field}
            aria-describedby={describedBy}
            aria-invalid={problem !== undefined}
            value={text}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => {
              setText(event.target.value);
              setProblem(undefined);
            }}
          />
        )}
      </Field>
      {reading.kind === 'ready' && reading.plain ? (
        <label className="flex items-start gap-2 text-sm">
          <input
            type="checkbox"
            checked={plain}
            onChange={(event) => setPlain(event.target.checked)}
            className="mt-1"
          />
          <span>
            Connect to <span className="font-medium">{reading.host}</span> without encryption. Anyone on the network in
            between can read the traffic. Only do this on a network you trust.
          </span>
        </label>
      ) : null}
      {renderFooter(action.busy)}
    </form>
  );
}
