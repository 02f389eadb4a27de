import { useCallback, useRef } from 'react';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { AnswerPanel } from '#renderer/features/submit/AnswerPanel.tsx';
import { Composer } from '#renderer/features/submit/Composer.tsx';
import { History } from '#renderer/features/submit/History.tsx';
import { useDraft } from '#renderer/state/DraftContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';

/** The composer, the streaming answer, and past tasks. */
export function SubmitPage() {
  const { show, shownTask } = useDraft();
  const submit = useAction('task.submit');
  const { run } = submit;
  /** Guards against a second click before the next render. */
  const sending = useRef(false);
  const send = useCallback(
    async (submission: SubmissionInput) => {
      if (sending.current) return;
      sending.current = true;
      const accepted = await run({ submission });
      sending.current = false;
      if (accepted !== null) show(accepted.taskId);
    },
    [run, show],
  );
  return (
    <>
      <PageHead title="Submit" text="Ask the swarm. You see the price first and pay only for what arrives." />
      <section className="grid grid-cols-[minmax(0,5fr)_minmax(0,7fr)] items-stretch gap-3 max-wide:grid-cols-1">
        <Composer busy={submit.busy} onSubmit={(submission) => void send(submission)} />
        <AnswerPanel taskId={shownTask} busy={submit.busy} onRun={(submission) => void send(submission)} />
      </section>
      <History />
    </>
  );
}
