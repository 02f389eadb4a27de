import { BadgeCheck, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { CodeBlock, codeClass } from '#renderer/components/text/CodeBlock.tsx';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';
import { ErrorState } from '#renderer/components/messages/ErrorState.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { Markdown } from '#renderer/components/text/Markdown.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { SideSheet } from '#renderer/components/layout/SideSheet.tsx';
import { QualityBars } from '#renderer/features/tasks/QualityBars.tsx';
import { Timeline } from '#renderer/features/tasks/Timeline.tsx';
import { exactCredits, microOf } from '#renderer/format/credits.ts';
import { entryWords } from '#renderer/format/entries.ts';
import { counted, oneDecimal } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/times.ts';
import { useDraft } from '#renderer/state/DraftContext.tsx';
import { useTaskChanges } from '#renderer/state/answers/useTaskChanges.ts';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { TaskDetail } from '#shared/api/history.ts';
import type { TaskRole } from '#shared/api/snapshot.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

interface TaskSheetProps {
  readonly taskId: string;
  readonly role: TaskRole | undefined;
  readonly onClose: () => void;
}

/** Details of one task: timeline, quality, payment, and the text of own tasks. */
export function TaskSheet({ taskId, role, onClose }: TaskSheetProps) {
  const query = useQuery('task.get', { taskId, role }, useTaskChanges());
  const { data } = query;
  const title = data === null ? 'Task' : taskTypes[data.type].title;
  return (
    <SideSheet title={title} onClose={onClose} actions={<CopyButton text={taskId} label="Copy task ID" />}>
      {data === null && query.error !== null ? (
        <ErrorState
          title={errorWords(query.error).title}
          meaning={errorWords(query.error).meaning}
          action={<Button onClick={query.reload}>Try again</Button>}
        />
      ) : null}
      {data === null && query.error === null ? <Loading text="Loading the task…" /> : null}
      {data === null ? null : <Detail detail={data} onDeleted={query.reload} />}
    </SideSheet>
  );
}

function Detail({ detail, onDeleted }: { readonly detail: TaskDetail; readonly onDeleted: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <p className="mono text-quiet" title={detail.taskId}>
        task {detail.taskId.slice(0, 9)}… {detail.role === 'requester' ? '· mine' : '· for others'}
      </p>
      <Facts detail={detail} />
      {detail.reason === null ? null : (
        <Notice tone={detail.status === 'failed' || detail.status === 'rejected' ? 'danger' : 'quiet'}>
          {detail.reason}
        </Notice>
      )}
      <Timeline steps={detail.timeline} />
      {detail.quality5 === null ? null : <QualityBars quality={detail.quality5} />}
      <Payment detail={detail} />
      <Texts detail={detail} />
      <Actions detail={detail} onDeleted={onDeleted} />
    </div>
  );
}

function Facts({ detail }: { readonly detail: TaskDetail }) {
  const facts = [
    detail.modelName,
    detail.other === null ? null : detail.role === 'requester' ? `on ${detail.other}` : `for ${detail.other}`,
    counted(detail.outputTokens, 'token'),
    detail.firstTokenMs === null ? null : `first token after ${duration(detail.firstTokenMs)}`,
    detail.tokensPerSecond === null ? null : `${oneDecimal(detail.tokensPerSecond)} tokens/s`,
    detail.partial ? 'partial answer' : null,
  ].filter((fact) => fact !== null);
  return <p className="number text-xs text-quiet">{facts.join(' · ')}</p>;
}

function Payment({ detail }: { readonly detail: TaskDetail }) {
  if (detail.entries.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-sm font-semibold">Payment</h3>
      <div className={codeClass}>
        <table className="w-full text-[11.5px] leading-[18px]" aria-label="Payment">
          <tbody>
            {detail.entries.map((entry) => (
              <tr key={entry.entryId}>
                <td className="pr-2">{entryWords(entry.category)}</td>
                <td className="number text-right">{exactCredits(microOf(entry.available), true)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {microOf(detail.fee) === 0n ? null : (
        <p className="number text-xs text-quiet">Includes a network fee of {exactCredits(microOf(detail.fee))}.</p>
      )}
      {detail.receiptsValid === null ? null : (
        <Notice
          tone={detail.receiptsValid ? 'quiet' : 'danger'}
          {...(detail.receiptsValid ? { icon: BadgeCheck } : {})}
        >
          {detail.receiptsValid
            ? 'Receipts verified'
            : 'A receipt does not match the coordinator’s signature. Contact the operator of this swarm.'}
        </Notice>
      )}
    </div>
  );
}

function Texts({ detail }: { readonly detail: TaskDetail }) {
  if (detail.role === 'node') {
    return <p className="text-xs text-quiet">The text belongs to the requester and is not kept here.</p>;
  }
  const { submission, output } = detail;
  const prompt = submission?.messages.at(-1)?.content ?? null;
  const code = taskTypes[detail.type].answer === 'code';
  const language = submission?.language ?? '';
  return (
    <>
      {prompt === null ? null : (
        <div className="flex flex-col gap-2">
          <h3 className="text-sm font-semibold">Prompt</h3>
          <CodeBlock code={prompt} language={code ? language : 'plaintext'} copyLabel="Copy prompt" />
        </div>
      )}
      {output === null || output === '' ? null : (
        <div className="flex min-w-0 flex-col gap-2">
          <h3 className="text-sm font-semibold">Answer</h3>
          {code ? (
            <CodeBlock code={output} language={language} copyLabel="Copy answer" />
          ) : (
            <>
              <Markdown text={output} />
              <div>
                <CopyButton text={output} label="Copy answer" labelled />
              </div>
            </>
          )}
        </div>
      )}
      {submission === null && output === null ? <p className="text-xs text-quiet">The text was deleted.</p> : null}
    </>
  );
}

function Actions({ detail, onDeleted }: { readonly detail: TaskDetail; readonly onDeleted: () => void }) {
  const { change, show } = useDraft();
  const [, navigate] = useLocation();
  const cancel = useAction('task.cancel');
  const { submission } = detail;
  if (detail.role !== 'requester') return null;
  if (detail.finishedAt === null) {
    return (
      <div>
        <Button disabled={cancel.busy} onClick={() => void cancel.run({ taskId: detail.taskId })}>
          Stop task
        </Button>
      </div>
    );
  }
  if (submission === null) return null;
  const edit = () => {
    change({
      type: submission.type,
      prompt: submission.messages.at(-1)?.content ?? '',
      file: submission.context === '' ? null : { name: 'attached text', text: submission.context },
      language: submission.language,
      quality: submission.quality,
    });
    show(null);
    navigate('/submit');
  };
  return (
    <div className="flex gap-2">
      <Button onClick={edit} icon={<Icon of={RotateCcw} size={14} />}>
        Edit and run again
      </Button>
      <DeleteTextButton taskId={detail.taskId} onDeleted={onDeleted} />
    </div>
  );
}

function DeleteTextButton({ taskId, onDeleted }: { readonly taskId: string; readonly onDeleted: () => void }) {
  const [asking, setAsking] = useState(false);
  const forget = useAction('task.forget');
  const go = async () => {
    const answer = await forget.run({ taskId });
    setAsking(false);
    if (answer !== null) onDeleted();
  };
  return (
    <>
      <Button look="ghost" onClick={() => setAsking(true)}>
        Delete text
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Delete prompt and answer?"
        description="Both are deleted on this computer and on the coordinator. Duration and cost stay in your records."
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button look="danger" disabled={forget.busy} onClick={() => void go()}>
              {forget.busy ? 'Deleting…' : 'Delete'}
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </>
  );
}
