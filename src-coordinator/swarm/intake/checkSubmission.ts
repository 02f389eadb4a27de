import { SwarmError } from '#shared/domain/errorCodes.ts';
import { type Submission, taskLimits } from '#shared/domain/tasks/task.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

/** Refuses submissions that contradict themselves or ask for what does not exist. Throws a SwarmError. Pure. */
export function checkSubmission(submission: Omit<Submission, 'messages' | 'context'>, bytes: number): void {
  if (bytes > taskLimits.promptBytes) {
    throw new SwarmError('message_too_large', `The prompt has ${bytes} bytes; ${taskLimits.promptBytes} are allowed.`, {
      field: 'submission.messages',
      details: { bytes, most: taskLimits.promptBytes },
    });
  }
  const most = taskTypes[submission.type].mostTokens;
  if (submission.maxTokens > most) {
    throw new SwarmError('invalid_message', `submission.maxTokens: at most ${most} for this kind of task`, {
      field: 'submission.maxTokens',
      details: { most },
    });
  }
  if (submission.audience === 'team') {
    throw new SwarmError('privacy_violation', 'There are no teams in this swarm.', { field: 'submission.audience' });
  }
  // The wire does not carry the format, so a node that answered in prose would be rejected for it.
  if (submission.responseFormat.type !== 'text') {
    throw new SwarmError('unsupported', 'Answers are text: JSON schemas and grammars are not supported here.', {
      field: 'submission.responseFormat',
    });
  }
}
