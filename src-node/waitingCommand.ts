import type { GroupQueue } from './GroupQueue.ts';

/** Tells a caller what became of its command. */
export type Tell = () => void;

/** A command that waits for its group to be committed. */
export interface WaitingCommand {
  /** Runs the command and gives what tells its caller that it is on the disk. */
  readonly run: () => Tell;
  readonly reject: (reason: unknown) => void;
}

/** Queues a command; resolves with what it returned once its group tells so. */
export function enqueueCommand<T>(queue: GroupQueue<WaitingCommand>, command: () => T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const run = (): Tell => {
      const value = command();
      return () => resolve(value);
    };
    queue.add({ run, reject });
  });
}
