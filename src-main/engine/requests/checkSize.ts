import { SwarmError } from '#shared/domain/errorCodes.ts';
import { promptBytes, type Submission, taskLimits } from '#shared/domain/tasks/task.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';

/** Bytes that an envelope adds to a submission, with a reserve. */
const envelopeBytes = 16 * 1024;

/**
 * Refuses a submission that no coordinator accepts, before it is stored: a message that is too large would end every
 * connection. Throws a SwarmError `message_too_large`.
 */
export function checkSize(submission: Submission): void {
  const bytes = promptBytes(submission);
  // Control characters take up to six bytes each as JSON.
  const encoded = Buffer.byteLength(JSON.stringify(submission));
  if (bytes <= taskLimits.promptBytes && encoded <= wireLimits.messageBytes - envelopeBytes) return;
  throw new SwarmError('message_too_large', `The prompt has ${bytes} bytes; ${taskLimits.promptBytes} are allowed.`, {
    field: 'submission.messages',
    details: { bytes, most: taskLimits.promptBytes },
  });
}
