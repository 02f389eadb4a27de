import { chainStart, inputHash } from '#node/keys/answerChain.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';

/** Head of an assignment's chain before its first token. */
export function headBefore(
  assignment: AssignmentRecord,
  promptIds: readonly number[],
  prefixIds: readonly number[],
): string {
  const { assignmentId, taskId, nodeId, modelDigest, sampler, seed } = assignment;
  return chainStart({
    assignmentId,
    taskId,
    nodeId,
    modelDigest,
    inputHash: inputHash(promptIds, prefixIds),
    sampler,
    seed,
  });
}
