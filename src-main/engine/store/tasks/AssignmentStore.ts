import type { AssignmentStatus, Finish } from '#shared/domain/tasks/assignment.ts';
import { formatCredits, parseCredits } from '#shared/domain/money/credits.ts';
import { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Sampler } from '#shared/domain/tasks/sampler.ts';
import type { PrivacyClass } from '#shared/domain/tasks/task.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import { Environment } from '#shared/protocol/working.ts';
import type { z } from 'zod';
import { blobToIds, fromJson, idsToBlob, toFlag } from '#engine/store/sqlValues.ts';
import type { Db } from '#engine/store/storeContract.ts';

/** An assignment this node has worked on. The text of the request is never stored. */
export interface AssignmentRecord {
  readonly swarmId: string;
  readonly assignmentId: string;
  readonly taskId: string;
  readonly type: TaskType;
  readonly language: string;
  readonly privacy: z.infer<typeof PrivacyClass>;
  /** The task was submitted by this node itself. */
  readonly own: boolean;
  /** Pseudonym of the requester. */
  readonly requester: string;
  readonly modelDigest: string;
  readonly modelName: string;
  readonly sampler: z.infer<typeof Sampler>;
  readonly seed: number;
  readonly environment: z.infer<typeof Environment>;
  /** Token ids of the prompt while they may still be needed; empty before the run and after settlement. */
  readonly promptIds: readonly number[];
  /** Number of tokens of an earlier segment that this one continues. */
  readonly prefixCount: number;
  readonly status: AssignmentStatus;
  /** Number of tokens sent, and the head of the answer chain after them. */
  readonly count: number;
  readonly chain: string | null;
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly credits: string;
  readonly welcome: boolean;
  readonly qualityRecord: QualityRecord | null;
  readonly startedAt: number;
  readonly firstTokenAt: number | null;
  readonly endedAt: number | null;
  readonly settledAt: number | null;
}

export type NewAssignment = Pick<
  AssignmentRecord,
  | 'swarmId'
  | 'assignmentId'
  | 'taskId'
  | 'type'
  | 'language'
  | 'privacy'
  | 'own'
  | 'requester'
  | 'modelDigest'
  | 'modelName'
  | 'sampler'
  | 'seed'
  | 'environment'
  | 'prefixCount'
  | 'startedAt'
>;

interface AssignmentRow {
  swarm_id: string;
  assignment_id: string;
  task_id: string;
  type: TaskType;
  language: string;
  privacy: z.infer<typeof PrivacyClass>;
  own: number;
  requester: string;
  model_digest: string;
  model_name: string;
  sampler: string;
  seed: number;
  environment: string;
  prompt_ids: Buffer | null;
  prefix_count: number;
  status: AssignmentStatus;
  count: number;
  chain: string | null;
  finish: Finish | null;
  reason: string | null;
  credits: string;
  welcome: number;
  quality_record: string | null;
  started_at: number;
  first_token_at: number | null;
  ended_at: number | null;
  settled_at: number | null;
}

const columns = '*, CAST(credits AS TEXT) AS credits';

/** This node's assignments. Counts and hashes are kept for ever, prompt ids only while they may be needed. */
export class AssignmentStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Stores a new assignment as `running`. Returns false when it exists already. */
  start(assignment: NewAssignment): boolean {
    const outcome = this.#db
      .prepare(
        `INSERT INTO assignments (swarm_id, assignment_id, task_id, type, language, privacy, own, requester,
           model_digest, model_name, sampler, seed, environment, prefix_count, status, started_at)
         VALUES (@swarmId, @assignmentId, @taskId, @type, @language, @privacy, @own, @requester, @modelDigest,
           @modelName, @sampler, @seed, @environment, @prefixCount, 'running', @startedAt)
         ON CONFLICT DO NOTHING`,
      )
      .run({
        ...assignment,
        own: toFlag(assignment.own),
        sampler: JSON.stringify(assignment.sampler),
        environment: JSON.stringify(assignment.environment),
      });
    return outcome.changes === 1;
  }

  get(swarmId: string, assignmentId: string): AssignmentRecord | undefined {
    const row = this.#db
      .prepare<[string, string], AssignmentRow>(
        `SELECT ${columns} FROM assignments WHERE swarm_id = ? AND assignment_id = ?`,
      )
      .get(swarmId, assignmentId);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Assignments with status `running`, in all swarms. */
  running(): AssignmentRecord[] {
    return this.#db
      .prepare<[], AssignmentRow>(`SELECT ${columns} FROM assignments WHERE status = 'running'`)
      .all()
      .map(toRecord);
  }

  ofTask(swarmId: string, taskId: string): AssignmentRecord[] {
    return this.#db
      .prepare<[string, string], AssignmentRow>(
        `SELECT ${columns} FROM assignments WHERE swarm_id = ? AND task_id = ? ORDER BY started_at`,
      )
      .all(swarmId, taskId)
      .map(toRecord);
  }

  savePrompt(swarmId: string, assignmentId: string, prompt: { ids: readonly number[]; inputHash: string }): void {
    this.#db
      .prepare('UPDATE assignments SET prompt_ids = ?, input_hash = ? WHERE swarm_id = ? AND assignment_id = ?')
      .run(idsToBlob(prompt.ids), prompt.inputHash, swarmId, assignmentId);
  }

  saveProgress(
    swarmId: string,
    assignmentId: string,
    progress: { count: number; chain: string; environment: z.infer<typeof Environment>; at: number },
  ): void {
    this.#db
      .prepare(
        `UPDATE assignments SET count = ?, chain = ?, environment = ?, first_token_at = coalesce(first_token_at, ?)
         WHERE swarm_id = ? AND assignment_id = ?`,
      )
      .run(progress.count, progress.chain, JSON.stringify(progress.environment), progress.at, swarmId, assignmentId);
  }

  /** Records the end of the run; the coordinator's verdict follows later. */
  end(
    swarmId: string,
    assignmentId: string,
    end: { status: AssignmentStatus; finish: Finish | null; reason: string | null; at: number },
  ): void {
    this.#db
      .prepare(
        `UPDATE assignments SET status = ?, finish = ?, reason = ?, ended_at = ?
         WHERE swarm_id = ? AND assignment_id = ? AND status = 'running'`,
      )
      .run(end.status, end.finish, end.reason, end.at, swarmId, assignmentId);
  }

  /** Records how the coordinator closed an assignment, and deletes its prompt ids, which nobody will ask for again. */
  close(swarmId: string, assignmentId: string, end: { status: AssignmentStatus; reason: string | null }): void {
    this.#db
      .prepare(
        `UPDATE assignments SET status = ?, reason = coalesce(?, reason), prompt_ids = NULL
         WHERE swarm_id = ? AND assignment_id = ? AND status <> 'accepted'`,
      )
      .run(end.status, end.reason, swarmId, assignmentId);
  }

  /** Records the settlement: verdict, credits earned, and quality. */
  settle(
    swarmId: string,
    assignmentId: string,
    earning: {
      accepted: boolean;
      reason: string | null;
      credits: string;
      welcome: boolean;
      quality: QualityRecord | null;
      at: number;
    },
  ): void {
    this.#db
      .prepare(
        `UPDATE assignments SET status = ?, reason = coalesce(?, reason), credits = ?, welcome = ?, quality = ?,
           quality_record = ?, settled_at = ?, prompt_ids = NULL WHERE swarm_id = ? AND assignment_id = ?`,
      )
      .run(
        earning.accepted ? 'accepted' : 'rejected',
        earning.reason,
        parseCredits(earning.credits),
        toFlag(earning.welcome),
        earning.quality?.score ?? null,
        earning.quality === null ? null : JSON.stringify(earning.quality),
        Math.round(earning.at),
        swarmId,
        assignmentId,
      );
  }
}

function toRecord(row: AssignmentRow): AssignmentRecord {
  return {
    swarmId: row.swarm_id,
    assignmentId: row.assignment_id,
    taskId: row.task_id,
    type: row.type,
    language: row.language,
    privacy: row.privacy,
    own: row.own === 1,
    requester: row.requester,
    modelDigest: row.model_digest,
    modelName: row.model_name,
    sampler: Sampler.parse(JSON.parse(row.sampler)),
    seed: row.seed,
    environment: Environment.parse(JSON.parse(row.environment)),
    promptIds: blobToIds(row.prompt_ids),
    prefixCount: row.prefix_count,
    status: row.status,
    count: row.count,
    chain: row.chain,
    finish: row.finish,
    reason: row.reason,
    credits: formatCredits(BigInt(row.credits)),
    welcome: row.welcome === 1,
    qualityRecord: fromJson(QualityRecord, row.quality_record),
    startedAt: row.started_at,
    firstTokenAt: row.first_token_at,
    endedAt: row.ended_at,
    settledAt: row.settled_at,
  };
}
