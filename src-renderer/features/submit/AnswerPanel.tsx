import { Coins, Columns2, Cpu, MessageSquareText, RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';
import { EmptyState } from '#renderer/components/messages/EmptyState.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Pulse } from '#renderer/components/marks/Pulse.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { AnswerText } from '#renderer/features/submit/AnswerText.tsx';
import { ChecksLine } from '#renderer/features/submit/ChecksLine.tsx';
import { CompareDialog } from '#renderer/features/submit/CompareDialog.tsx';
import { microOf, readableCredits } from '#renderer/format/credits.ts';
import { count, oneDecimal } from '#renderer/format/numbers.ts';
import { taskStateWords } from '#renderer/format/taskStates.ts';
import { duration } from '#renderer/format/times.ts';
import { useAnswer, useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { TaskDetail } from '#shared/api/history.ts';
import type { RunningTask } from '#shared/api/snapshot.ts';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

interface AnswerPanelProps {
  readonly taskId: string | null;
  /** A task is being submitted. */
  readonly busy: boolean;
  readonly onRun: (submission: SubmissionInput) => void;
}

/** The answer beside the composer: empty, streaming or finished. */
export function AnswerPanel({ taskId, busy, onRun }: AnswerPanelProps) {
  return (
    <Card aria-label="Answer" className="flex min-h-[392px] flex-col gap-3">
      {taskId === null ? (
        <div className="m-auto">
          <EmptyState
            icon={MessageSquareText}
            title="The answer appears here"
            text="It streams in while a node works on it. Stop at any time; you only pay for what arrived."
          />
        </div>
      ) : (
        <Answer key={taskId} taskId={taskId} busy={busy} onRun={onRun} />
      )}
    </Card>
  );
}

interface AnswerProps extends AnswerPanelProps {
  readonly taskId: string;
}

function Answer({ taskId, busy, onRun }: AnswerProps) {
  const running = useSlice('tasks').find((task) => task.taskId === taskId && task.role === 'requester');
  const answer = useAnswer(taskId);
  // The detail changes when the task starts or ends, and with its status.
  const detail = useQuery(
    'task.get',
    { taskId, role: 'requester' },
    `${running?.status ?? 'over'} ${String(answer.over)}`,
  ).data;
  const over = detail !== null && detail.finishedAt !== null;
  const waiting = detail?.reason ?? null;
  const prompt = detail?.submission?.messages.at(-1)?.content ?? '';
  return (
    <>
      {over ? (
        <FinishedHead detail={detail} text={answer.text} busy={busy} onRun={onRun} />
      ) : (
        <RunningHead taskId={taskId} running={running} />
      )}
      {over && detail.reason !== null && detail.status !== 'completed' ? (
        <Notice tone={detail.status === 'failed' ? 'danger' : 'caution'}>{detail.reason}</Notice>
      ) : null}
      {!over && running?.status !== 'running' && waiting !== null ? <Notice>{waiting}</Notice> : null}
      <div className="min-h-0 flex-1">
        <AnswerText
          kind={detail === null ? 'prose' : taskTypes[detail.type].answer}
          prompt={prompt}
          text={answer.text}
          language={detail?.submission?.language ?? ''}
          live={!over && running?.status === 'running'}
        />
      </div>
      {over && detail.quality5 !== null ? <ChecksLine quality={detail.quality5} /> : null}
      <Foot detail={detail} running={running} over={over} />
    </>
  );
}

interface RunningHeadProps {
  readonly taskId: string;
  readonly running: RunningTask | undefined;
}

function RunningHead({ taskId, running }: RunningHeadProps) {
  const cancel = useAction('task.cancel');
  const offline = useLink() !== 'open';
  const isRunning = running?.status === 'running';
  const rate = running?.tokensPerSecond ?? null;
  const now = useNow(250);
  return (
    <div className="flex items-center justify-between gap-3">
      <span className="flex min-w-0 items-center gap-2">
        <Pulse tone={isRunning ? 'live' : 'idle'} />
        <output className="font-medium">{isRunning ? 'Running' : 'Waiting for a node'}</output>
        <span className="number truncate text-quiet">
          {running === undefined ? '' : duration(Math.max(0, now - running.startedAt))}
          {rate === null ? '' : ` · ${oneDecimal(rate)} tokens/s`}
        </span>
      </span>
      <Button
        tight
        single
        disabled={cancel.busy || offline}
        onClick={() => void cancel.run({ taskId })}
        icon={<Icon of={Square} size={14} />}
      >
        Stop
      </Button>
    </div>
  );
}

interface FinishedHeadProps {
  readonly detail: TaskDetail;
  readonly text: string;
  readonly busy: boolean;
  readonly onRun: AnswerPanelProps['onRun'];
}

function FinishedHead({ detail, text, busy, onRun }: FinishedHeadProps) {
  const state = taskStateWords(detail.status);
  const { submission } = detail;
  const offline = useLink() !== 'open';
  const [comparing, setComparing] = useState(false);
  return (
    <div className="flex items-center justify-between gap-3">
      <span className="number flex min-w-0 items-center gap-2">
        <output>
          <Tag tone={detail.status === 'completed' ? 'good' : state.tone}>{state.label}</Tag>
        </output>
        <span className="truncate text-quiet">
          {detail.tookMs === null ? '' : `${duration(detail.tookMs)} · `}
          {count(detail.outputTokens)} tokens
          {detail.tokensPerSecond === null ? '' : ` · ${oneDecimal(detail.tokensPerSecond)} tokens/s`}
          {detail.partial ? ' · partial answer' : ''}
        </span>
      </span>
      <span className="flex items-center gap-1">
        {text === '' ? null : (
          <>
            <CopyButton text={text} label="Copy answer" />
            <Button
              look="ghost"
              tight
              onClick={() => setComparing(true)}
              icon={<Icon of={Columns2} size={14} />}
              aria-label="Compare with another answer"
              title="Compare with another answer"
            />
          </>
        )}
        {submission === null ? null : (
          <Button
            tight
            single
            disabled={offline || busy}
            onClick={() => onRun(submission)}
            icon={<Icon of={RotateCcw} size={14} />}
          >
            Run again
          </Button>
        )}
        {comparing ? <CompareDialog taskId={detail.taskId} onClose={() => setComparing(false)} /> : null}
      </span>
    </div>
  );
}

interface FootProps {
  readonly detail: TaskDetail | null;
  readonly running: RunningTask | undefined;
  readonly over: boolean;
}

function Foot({ detail, running, over }: FootProps) {
  const model = detail?.modelName ?? running?.modelName ?? null;
  const node = detail?.other ?? running?.other ?? null;
  return (
    <div className="mt-auto flex justify-between gap-3 border-t border-line pt-[10px] text-xs text-quiet">
      <span className="flex min-w-0 items-center gap-2">
        <Icon of={Cpu} size={14} />
        <span className="truncate">
          {model === null ? 'No node yet' : node === null ? model : `${model} on ${node}`}
        </span>
      </span>
      {detail === null ? null : (
        <span className="number flex flex-none items-center gap-2">
          <Icon of={Coins} size={14} />
          {over ? '' : 'up to '}
          {readableCredits(microOf(detail.credits))} credits
        </span>
      )}
    </div>
  );
}
