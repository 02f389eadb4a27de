import { EyeOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { count, oneDecimal } from '#renderer/format/numbers.ts';
import type { TaskCard } from '#renderer/format/taskCards.ts';
import { elapsed } from '#renderer/format/times.ts';
import { useEngine } from '#renderer/state/engine/EngineContext.tsx';
import type { RunningTask } from '#shared/api/snapshot.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

/** One running task: type, model, other party, speed, and its last lines where they may be shown. */
export function RunningCard({ task, here }: TaskCard) {
  const now = useNow(1000);
  return (
    <article className="min-w-0 rounded-card border border-line bg-surface px-4 py-[14px] shadow-card">
      <div className="flex items-center justify-between gap-3">
        <span className="flex min-w-0 items-center gap-2">
          <Link
            href={`/tasks/${task.taskId}${task.role === 'node' ? '/node' : ''}`}
            className="flex-none rounded-sm font-medium"
          >
            {taskTypes[task.type].title}
          </Link>
          {task.modelName === null ? null : <Tag>{task.modelName}</Tag>}
        </span>
        <span className="number flex-none text-xs text-quiet">{elapsed(now - task.startedAt)}</span>
      </div>
      <div className="mono my-[10px] rounded-control border border-line bg-sunken px-3 pb-2">
        <TaskText task={task} />
      </div>
      <Progress
        label={`${taskTypes[task.type].title}: tokens so far`}
        value={task.maxTokens === 0 ? 0 : task.outputTokens / task.maxTokens}
      />
      <div className="number mt-2 flex justify-between gap-3 text-xs text-quiet">
        <span className="min-w-0 truncate">{here ? 'yours, on this computer' : partyText(task)}</span>
        <span className="flex-none">
          {task.tokensPerSecond === null
            ? `${count(task.outputTokens)} tokens`
            : `${oneDecimal(task.tokensPerSecond)} tokens/s`}
        </span>
      </div>
    </article>
  );
}

function partyText(task: RunningTask): string {
  if (task.role === 'node') return task.other === null ? 'for another member' : `for ${task.other}`;
  return task.other === null ? 'yours, waiting for a node' : `yours, on ${task.other}`;
}

function TaskText({ task }: { readonly task: RunningTask }) {
  if (task.role === 'requester') return <OwnText taskId={task.taskId} />;
  return task.textShown ? <TailText taskId={task.taskId} /> : <HiddenText />;
}

/** Writes text directly into the element, so that tokens cause no React render. */
function useTextElement() {
  const element = useRef<HTMLSpanElement>(null);
  const write = (text: string) => {
    if (element.current !== null) element.current.textContent = text.slice(-2000);
  };
  return { element, write };
}

function OwnText({ taskId }: { readonly taskId: string }) {
  const { answers } = useEngine();
  const { element, write } = useTextElement();
  const latest = useRef(write);
  useEffect(() => answers.subscribe(taskId, () => latest.current(answers.read(taskId).text)), [answers, taskId]);
  return (
    <div className="tail">
      <span ref={element} className="streaming block whitespace-pre-wrap [overflow-wrap:anywhere]" />
    </div>
  );
}

function TailText({ taskId }: { readonly taskId: string }) {
  const { tails } = useEngine();
  const { element, write } = useTextElement();
  const latest = useRef(write);
  useEffect(() => tails.watch(taskId, (text) => latest.current(text)), [tails, taskId]);
  return (
    <div className="tail">
      <span ref={element} className="streaming block whitespace-pre-wrap [overflow-wrap:anywhere]" />
    </div>
  );
}

function HiddenText() {
  return (
    <div className="flex h-[98px] items-center justify-center gap-2 pt-2 font-sans text-xs text-quiet">
      <Icon of={EyeOff} size={14} />
      This text is private to the requester.
    </div>
  );
}
