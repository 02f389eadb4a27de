import { Columns2 } from 'lucide-react';
import { useState } from 'react';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Facts, type Fact } from '#renderer/components/layout/Facts.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { Select } from '#renderer/components/controls/Select.tsx';
import { AnswerText } from '#renderer/features/submit/AnswerText.tsx';
import { microOf, readableCredits } from '#renderer/format/credits.ts';
import { count, oneDecimal } from '#renderer/format/numbers.ts';
import { exactTime } from '#renderer/format/times.ts';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { TaskDetail, TaskRow } from '#shared/api/history.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

interface CompareDialogProps {
  readonly taskId: string;
  readonly onClose: () => void;
}

/** Two answers side by side with their figures; answers to the same prompt come first. */
export function CompareDialog({ taskId, onClose }: CompareDialogProps) {
  const history = useQuery('task.list', { role: 'requester', limit: 200 });
  const [chosen, setChosen] = useState<string | null>(null);
  const others = history.data === null ? null : comparable(history.data.rows, taskId);
  const other = others?.find((row) => row.taskId === chosen) ?? others?.[0];
  return (
    <Dialog open width="full" onClose={onClose} title="Compare answers">
      {others === null ? (
        <QueryProblem query={history} waiting={<Loading text="Loading your tasks…" />} />
      ) : other === undefined ? (
        <EmptyState
          icon={Columns2}
          title="Nothing to compare yet"
          text="Run the same prompt with another model or quality, then compare both here."
        />
      ) : (
        <div className="grid grid-cols-2 gap-5 max-small:grid-cols-1">
          <ComparedAnswer taskId={taskId}>
            <p className="flex h-8 items-center font-medium">This answer</p>
          </ComparedAnswer>
          <ComparedAnswer taskId={other.taskId}>
            <Select
              label="Compare with"
              value={other.taskId}
              onChange={setChosen}
              className="w-full"
              options={others.map((row) => ({ value: row.taskId, label: row.preview ?? '', hint: rowHint(row) }))}
            />
          </ComparedAnswer>
        </div>
      )}
    </Dialog>
  );
}

/** Answers to compare with: to the same prompt first, each part newest first; none without text. */
export function comparable(rows: readonly TaskRow[], taskId: string): readonly TaskRow[] {
  const shown = rows.find((row) => row.taskId === taskId);
  const others = rows.filter((row) => row.taskId !== taskId && row.preview !== null && row.outputTokens > 0);
  const isSame = (row: TaskRow): boolean => row.type === shown?.type && row.preview === shown.preview;
  return [...others.filter(isSame), ...others.filter((row) => !isSame(row))];
}

function rowHint(row: TaskRow): string {
  const model = row.modelName === null ? '' : `${row.modelName} · `;
  return `${model}${count(row.outputTokens)} tokens · ${exactTime(row.createdAt)}`;
}

interface ComparedAnswerProps {
  readonly taskId: string;
  /** Title of this side, or its selector. */
  readonly children: React.ReactNode;
}

function ComparedAnswer({ taskId, children }: ComparedAnswerProps) {
  const query = useQuery('task.get', { taskId, role: 'requester' });
  const detail = query.data;
  return (
    <section className="flex min-w-0 flex-col gap-3">
      {children}
      {detail === null ? (
        <QueryProblem query={query} waiting={<Loading text="Loading the answer…" />} />
      ) : (
        <>
          <Facts facts={factsOf(detail)} />
          <AnswerText
            kind={taskTypes[detail.type].answer}
            prompt={detail.submission?.messages.at(-1)?.content ?? ''}
            text={detail.output ?? ''}
            language={detail.submission?.language ?? ''}
            live={false}
          />
        </>
      )}
    </section>
  );
}

function factsOf(detail: TaskDetail): readonly Fact[] {
  return [
    ['Model', detail.modelName ?? '–'],
    ['Tokens', `${count(detail.outputTokens)}${detail.partial ? ' (partial)' : ''}`],
    ['Speed', detail.tokensPerSecond === null ? '–' : `${oneDecimal(detail.tokensPerSecond)} tokens/s`],
    ['Quality', detail.quality === null ? '–' : count(detail.quality)],
    ['Price', `${readableCredits(microOf(detail.credits))} credits`],
  ];
}
