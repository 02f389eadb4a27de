import type { Submission } from '#shared/domain/tasks/task.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import { templateTokens } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { submitTask } from '#coordinator/books/commands/submitTask.ts';
import type { NewTask } from '#coordinator/books/records.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import { welcomeTask } from './welcomeTask.ts';

interface WelcomeNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly books: Books;
  readonly queries: Pick<Queries, 'hasWelcome'>;
  readonly private: boolean;
  readonly ownAccount: string;
  readonly newId: () => string;
  readonly begin: (record: TaskRecord, submission: Submission) => void;
}

/** Gives each newcomer its one welcome task, once it has a model that can do it (rules 6.8). */
export class Welcomes {
  readonly #needs: WelcomeNeeds;

  constructor(needs: WelcomeNeeds) {
    this.#needs = needs;
  }

  /** Never rejects: a newcomer without a welcome is no failure of its session. */
  async greet(node: ConnectedNode): Promise<void> {
    try {
      const task = await this.#taskFor(node);
      if (task === undefined) return;
      const outcome = await this.#needs.books.run(submitTask(task, this.#needs.clock.now()));
      if (outcome.kind === 'accepted') this.#needs.begin(outcome.task, task.submission);
    } catch (error) {
      this.#needs.logger.error('A welcome task could not be stored', { node_id: node.nodeId, error: String(error) });
    }
  }

  async #taskFor(node: ConnectedNode): Promise<NewTask | undefined> {
    const { clock, queries, ownAccount } = this.#needs;
    if (node.status !== 'online') return undefined;
    const guest = this.#needs.private ? node.nodeId : node.accountId;
    // Of two greetings at once the books accept one.
    if (await queries.hasWelcome(guest)) return undefined;
    const terms = { taskId: this.#needs.newId(), nodeId: node.nodeId, accountId: ownAccount, now: clock.now() };
    const task = welcomeTask({ ...terms, sizeClass: 'tiny' });
    const model = node.models.find(
      ({ types, languages, shape, inCatalogue }) =>
        (this.#needs.private || inCatalogue) &&
        types.includes(task.type) &&
        (languages.length === 0 || languages.includes(task.language)) &&
        shape.contextSize >= task.promptBytes + templateTokens + task.maxTokens,
    );
    return model === undefined ? undefined : welcomeTask({ ...terms, sizeClass: model.shape.sizeClass });
  }
}
