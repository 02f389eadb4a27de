import { onTestFinished } from 'vitest';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { submitTask } from '#coordinator/books/commands/submitTask.ts';
import type { NewTask } from '#coordinator/books/records.ts';
import type { RunEnd } from '#coordinator/judging/runEnd.ts';
import type { AcceptedOffer } from '#coordinator/swarm/matching/Matcher.ts';
import { Assigner } from '#coordinator/swarm/tasks/runs/Assigner.ts';
import { Leases } from '#coordinator/swarm/tasks/Leases.ts';
import type { LiveRun, LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { Progress } from '#coordinator/swarm/tasks/runs/Progress.ts';
import { Results } from '#coordinator/swarm/tasks/runs/Results.ts';
import { RunEndings } from '#coordinator/swarm/tasks/runs/RunEndings.ts';
import { RunJudge } from '#coordinator/swarm/tasks/runs/RunJudge.ts';
import { RunWrites } from '#coordinator/swarm/tasks/runs/RunWrites.ts';
import { Seeds } from '#coordinator/swarm/tasks/runs/Seeds.ts';
import { TaskBirths } from '#coordinator/swarm/tasks/TaskBirths.ts';
import { TaskEndings } from '#coordinator/swarm/tasks/TaskEndings.ts';
import { type LifeChange, TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import { createSigningKey, type SigningKey, verifySignature } from '#node/keys/keys.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { memoryStorage } from '#test/helpers/memoryStorage.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { enrolment, type Member, newMember, newTask, ulidOf } from '#test/helpers/storeCommands.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';
import { connectedNode } from './connectedNode.ts';
import { FaultyBooks } from './FaultyBooks.ts';
import { RecordingChannels } from './RecordingChannels.ts';
import { SignedAnswer } from './SignedAnswer.ts';

/** A member of the swarm with the key of its node. */
export interface Worker extends Member {
  readonly key: SigningKey;
}

/** What a test may change of a task: its stored terms, and what was asked. */
export interface TaskChange extends Partial<Omit<NewTask, 'submission'>> {
  readonly submission?: Partial<SubmissionInput>;
}

/**
 * The real rooms in which a task lives, over a real storage in memory. FAKE clock, channels and faults: time passes, nodes
 * answer and disks fail when the test says so. Nothing seeks nodes here: a test names them.
 */
export async function openTaskRooms(swarm: { readonly private?: boolean } = {}) {
  const isPrivate = swarm.private ?? true;
  const clock = new ManualClock();
  const { queries, ...storage } = memoryStorage({ private: isPrivate, clock });
  onTestFinished(() => storage.close());
  const books = new FaultyBooks(storage.books);
  const channels = new RecordingChannels({ 'task:assign': () => ({ ok: true, payload: {} }) });
  const life = new TaskLife({ clock, logger: silentLogger });
  const changes: LifeChange[] = [];
  life.onChange((change) => void changes.push(change));
  const stored: TaskFrame[] = [];
  const foreign: string[] = [];
  const admits = { chunks: true };

  const base = { clock, logger: silentLogger, books, queries, life, channels };
  const births = new TaskBirths({ ...base, shapeOf: () => scriptedModel.shape });
  const writes = new RunWrites(life);
  const judge = new RunJudge({
    queries,
    parser: { parses: () => Promise.resolve(null), close: () => Promise.resolve() },
    verify: (claim) => Promise.resolve(verifySignature(claim)),
  });
  const endings = new TaskEndings({ ...base, births, writes, judge });
  const runs = new RunEndings({ ...base, writes, judge, tasks: endings });
  const leases = new Leases({ ...base, onStalled: () => undefined });
  const onForeign = (nodeId: string) => void foreign.push(nodeId);
  const progress = new Progress({
    ...base,
    leases,
    runs,
    writes,
    admit: () => admits.chunks,
    onStored: (piece) => void stored.push(piece),
    onForeign,
  });
  const results = new Results({ ...base, writes, judge, runs, tasks: endings, onForeign });
  const assigner = new Assigner({
    ...base,
    runs,
    seeds: new Seeds(storage.signingKey),
    pseudonymOf: (accountId) => `pseudonym of ${accountId}`,
  });

  const newWorker = async (): Promise<Worker> => {
    const key = createSigningKey();
    const worker = { ...newMember(key), key };
    await books.run(enrolNode(enrolment(worker)));
    return worker;
  };
  const [asker, worker, other] = [await newWorker(), await newWorker(), await newWorker()];
  let lastId = 1000;
  const nextId = (): string => ulidOf((lastId += 1));

  const taskOf = (taskId: string): LiveTask => expected(life.get(taskId));
  const runOf = (assignmentId: string): LiveRun => expected(life.run(assignmentId)).run;

  /** Stores a task and brings it to life. */
  const submit = async ({ submission: asked = {}, ...terms }: TaskChange = {}): Promise<LiveTask> => {
    const maxTokens = terms.maxTokens ?? 8;
    const submission = Submission.parse({
      type: 'code_completion',
      messages: [{ role: 'user', content: 'function add(a, b) {' }],
      maxTokens,
      deadlineMs: 60_000,
      ...asked,
    });
    const times = { createdAt: clock.now(), expiresAt: clock.now() + submission.deadlineMs };
    const task = { ...newTask(asker, 1, { maxTokens }), taskId: nextId(), ...times, ...terms, submission };
    const outcome = await books.run(submitTask(task, clock.now()));
    if (outcome.kind !== 'accepted') throw new Error(`The task was not accepted: ${outcome.kind}`);
    births.begin(outcome.task, submission);
    return taskOf(task.taskId);
  };

  /** The offer of a node that accepts a task with the scripted model. */
  const offerOf = (from: Worker, model: Partial<typeof scriptedModel> = {}): AcceptedOffer => {
    const { nodeId, accountId, nodeKey } = from;
    const servable = { ...scriptedModel, ...model, inCatalogue: true };
    const node = connectedNode(nodeId, { accountId, nodeKey, models: [servable] });
    return { assignmentId: nextId(), candidate: { node, model: servable, freeSlots: 1 }, estimateMs: 100 };
  };

  const assign = (taskId: string, offer: AcceptedOffer): Promise<boolean> =>
    assigner.assign(workTicket(taskOf(taskId), { private: isPrivate }), offer);

  /** Gives the task to a node, whose answer comes back to be written by the test. */
  const start = async (taskId: string, from: Worker = worker): Promise<SignedAnswer> => {
    const offer = offerOf(from);
    if (!(await assign(taskId, offer))) throw new Error('The task was not assigned');
    return new SignedAnswer(runOf(offer.assignmentId), from.key);
  };

  return {
    // The outside
    clock,
    books,
    queries,
    channels,
    storage,
    // What the rooms told
    changes,
    stored,
    foreign,
    admits,
    // The rooms
    life,
    births,
    assigner,
    writes,
    judge,
    endings,
    runs,
    leases,
    progress,
    results,
    // The members
    asker,
    worker,
    other,
    newWorker,
    nextId,
    // What happens to tasks
    submit,
    offerOf,
    assign,
    start,
    taskOf,
    runOf,
    /** Sends ids of an answer in one chunk. */
    send: (answer: SignedAnswer, ids: readonly number[], from: Worker = worker) =>
      progress.receive(from.nodeId, answer.progress(answer.chunk(ids))),
    /** Ends the run of a task, in its turn. */
    endRun: (taskId: string, end: RunEnd) => life.inTurn(taskId, () => runs.end(taskId, end)),
    /** As it is stored. */
    recordOf: async (taskId: string) => expected(await queries.task(taskId)),
    assignmentOf: async (assignmentId: string) => expected(await queries.assignment(assignmentId)),
    balanceOf: async ({ accountId }: Member): Promise<string> => (await queries.balances(accountId)).balance,
  };
}

export type TaskRooms = Awaited<ReturnType<typeof openTaskRooms>>;

function expected<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there');
  return value;
}
