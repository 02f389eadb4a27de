import { randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { ulid } from 'ulid';
import type { z } from 'zod';
import { chainStart, extendChain, inputHash } from '#node/keys/answerChain.ts';
import { createSigningKey, keyId, type SigningKey } from '#node/keys/keys.ts';
import type { Challenge, NodeCertificate } from '#shared/protocol/challenge.ts';
import { EnrolChallenge, EnrolResult } from '#shared/protocol/enrolment.ts';
import { Envelope, protocolVersion, Reply, wireEvent } from '#shared/protocol/envelope.ts';
import type { EventBatch } from '#shared/protocol/events.ts';
import { type PayloadFor, type ReplyOf, type ToCoordinator, toCoordinator } from '#shared/protocol/messages.ts';
import { type Capabilities, SessionOffer, SessionReady } from '#shared/protocol/session.ts';
import { nodeStream } from '#shared/protocol/streams.ts';
import type { Finish } from '#shared/domain/tasks/assignment.ts';
import { TaskAssign, TaskOffer, type TaskStop } from '#shared/protocol/working.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';

/** Ends what will never happen; a connection that closes ends its requests at once. */
const answerLimitMs = 120_000;

type Assign = z.output<typeof TaskAssign>;
type Event = z.infer<typeof EventBatch>['events'][number];

/** A made-up model of a private swarm: 100 ids, of which 2 ends an answer. */
export const scriptedModel = {
  digest: 'ab'.repeat(32),
  name: 'scripted',
  types: ['code_completion' as const],
  languages: [],
  slots: 10,
  tokensPerSecond: 50,
  shape: { vocabSize: 100, eogIds: [2], contextSize: 2048, sizeClass: 'tiny' as const },
};

export function capabilities(change: Partial<Capabilities> = {}): Capabilities {
  return {
    status: 'online',
    name: 'scripted node',
    models: [scriptedModel],
    minimumPrice: null,
    region: null,
    timeZone: null,
    availability: [],
    computer: null,
    version: '0.1.0',
    ...change,
  };
}

/** What a certificate says; signed by the account. */
export function certify(account: SigningKey, node: SigningKey): NodeCertificate {
  const claimed = {
    accountId: keyId('acc', account.publicKey),
    accountKey: account.publicKey,
    nodeId: keyId('node', node.publicKey),
    nodeKey: node.publicKey,
    issuedAt: Date.now(),
  };
  return { ...claimed, signature: account.sign('certificate', claimed) };
}

/** How an assignment is being answered, with its chain. */
export class ScriptedAnswer {
  readonly assign: Assign;
  readonly promptIds: number[];
  readonly #node: ScriptedNode;
  head: string;
  count = 0;

  constructor(node: ScriptedNode, assign: Assign) {
    this.#node = node;
    this.assign = assign;
    const prefix = assign.input.scheme === 'continue' ? assign.input.prefixIds : [];
    this.promptIds = assign.input.scheme === 'continue' ? [...assign.input.promptIds] : [1, 5, 6, 7];
    this.head = chainStart({
      assignmentId: assign.assignmentId,
      taskId: assign.taskId,
      nodeId: node.nodeId,
      modelDigest: assign.modelDigest,
      inputHash: inputHash(this.promptIds, prefix),
      sampler: assign.sampler,
      seed: assign.seed,
    });
  }

  /** The next chunk; its chain goes on from the last one. */
  chunk(ids: number[], text = ids.map((id) => (id === 2 ? '' : ` t${id}`)).join('')) {
    const from = this.count;
    this.head = extendChain(this.head, ids);
    this.count += ids.length;
    const { assignmentId } = this.assign;
    const signature = this.#node.nodeKey.sign('chunk', { assignmentId, count: this.count, chain: this.head });
    return { from, ids, text, chain: this.head, signature };
  }

  send(...chunks: ReturnType<ScriptedAnswer['chunk']>[]): Promise<Reply> {
    return this.#node.request('task:progress', {
      assignmentId: this.assign.assignmentId,
      promptIds: this.promptIds,
      chunks,
    });
  }

  result(finish: Finish, change: Partial<PayloadFor<ToCoordinator, 'task:result'>> = {}) {
    return {
      assignmentId: this.assign.assignmentId,
      outcome: { kind: 'delivered' as const, finish, count: this.count },
      promptIds: this.promptIds,
      modelDigest: this.assign.modelDigest,
      sampler: this.assign.sampler,
      seed: this.assign.seed,
      environment: { lib: '3.21.1', gpu: 'cpu' as const, flashAttention: false, kv: 'F16' as const, cpu: null },
      timings: { promptMs: 1, firstTokenMs: 1, totalMs: 2 },
      ...change,
    };
  }

  finish(finish: Finish): Promise<Reply> {
    return this.#node.request('task:result', this.result(finish));
  }
}

/** A node written for tests: real keys and sockets, no model. What it does with offers is the test's to say. */
export class ScriptedNode {
  readonly account: SigningKey;
  readonly nodeKey = createSigningKey();
  readonly accountId: string;
  readonly nodeId: string;
  readonly certificate: NodeCertificate;
  readonly events: Event[] = [];
  readonly frames: z.infer<typeof TaskFrame>[] = [];
  readonly stops: z.infer<typeof TaskStop>[] = [];
  readonly offers: z.infer<typeof TaskOffer>[] = [];
  token = '';
  closed: string | null = null;
  ready: z.infer<typeof SessionReady> | null = null;
  takesOffers = true;
  renews = true;
  /** Whether it says that it has the text of an assignment. */
  acknowledgesAssign = true;
  /** Whether it refuses an assignment that it had accepted. */
  refusesAssign = false;
  /** Answers of offers wait for this. */
  holdsOffers: Promise<void> = Promise.resolve();
  /** What happens with an assignment. */
  onAssign: (answer: ScriptedAnswer) => unknown = () => undefined;
  readonly answers: ScriptedAnswer[] = [];
  #socket: Socket | null = null;
  #renewal: NodeJS.Timeout | null = null;
  readonly #url: string;

  constructor(url: string, account: SigningKey = createSigningKey()) {
    this.#url = url;
    this.account = account;
    this.accountId = keyId('acc', account.publicKey);
    this.nodeId = keyId('node', this.nodeKey.publicKey);
    this.certificate = certify(account, this.nodeKey);
  }

  get nonce(): string {
    return randomBytes(32).toString('base64url');
  }

  /** POSTs JSON; gives status and body. */
  async post(path: string, body: unknown, token?: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  async get(path: string, token: string | undefined = this.token): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.#url}${path}`, {
      headers: token === '' || token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: await response.json() };
  }

  enrolRequest(secret: string | null, origin: string = this.#url) {
    return {
      certificate: this.certificate,
      clientNonce: this.nonce,
      origin,
      name: 'scripted node',
      ...(secret === null ? {} : { secret }),
    };
  }

  async enrol(secret: string | null): Promise<z.infer<typeof EnrolResult>> {
    const request = this.enrolRequest(secret);
    const offer = EnrolChallenge.parse((await this.post('/v1/enrol', request)).body);
    const challenge: Challenge = {
      role: 'node',
      use: 'enrol',
      swarmId: offer.swarmId,
      origin: request.origin,
      accountId: this.accountId,
      nodeId: this.nodeId,
      clientNonce: request.clientNonce,
      serverNonce: offer.serverNonce,
      expires: offer.expires,
    };
    const signature = this.nodeKey.sign('challenge', challenge);
    const answer = await this.post(`/v1/enrol/${offer.enrolmentId}/respond`, { signature });
    const result = EnrolResult.parse(answer.body);
    if (result.status === 'approved') this.token = result.token;
    return result;
  }

  /** Opens a socket without proving anything. */
  async dial(): Promise<void> {
    const socket = io(this.#url, { transports: ['websocket'], reconnection: false, forceNew: true });
    this.#socket = socket;
    this.closed = null;
    socket.on('disconnect', (reason) => {
      this.closed = reason;
    });
    socket.on(wireEvent, (raw: unknown, acknowledge?: (reply: Reply) => void) => {
      const envelope = Envelope.parse(raw);
      void this.#answer(envelope, acknowledge);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
  }

  /** Dials, proves itself and begins to renew leases. */
  async connect(how: { capabilities?: Capabilities; holding?: string[]; cursor?: number } = {}): Promise<this> {
    await this.dial();
    const proof = await this.prove(how);
    if (!proof.ok) throw new Error(`The session was refused: ${JSON.stringify(proof.error)}`);
    this.ready = SessionReady.parse(proof.payload);
    this.#renewal = setInterval(() => {
      const assignmentIds = this.answers.map(({ assign }) => assign.assignmentId).slice(-256);
      if (this.renews && assignmentIds.length > 0) this.notify('lease:renew', { assignmentIds });
    }, 1000);
    return this;
  }

  async prove(how: {
    capabilities?: Capabilities;
    holding?: string[];
    cursor?: number;
    origin?: string;
    key?: SigningKey;
  }): Promise<Reply> {
    const open = {
      versions: [protocolVersion],
      accountId: this.accountId,
      nodeId: this.nodeId,
      clientNonce: this.nonce,
      origin: how.origin ?? this.#url,
    };
    const opened = await this.request('session:open', open);
    if (!opened.ok) return opened;
    const offer = SessionOffer.parse(opened.payload);
    const challenge: Challenge = {
      role: 'node',
      use: 'session',
      swarmId: offer.swarmId,
      origin: open.origin,
      accountId: this.accountId,
      nodeId: this.nodeId,
      clientNonce: open.clientNonce,
      serverNonce: offer.serverNonce,
      expires: offer.expires,
    };
    return this.request('session:prove', {
      certificate: this.certificate,
      signature: (how.key ?? this.nodeKey).sign('challenge', challenge),
      capabilities: how.capabilities ?? capabilities(),
      cursors: { [nodeStream(this.nodeId)]: how.cursor ?? this.events.at(-1)?.seq ?? 0 },
      holding: how.holding ?? [],
    });
  }

  request(type: string, payload: unknown, envelope: Partial<Envelope> = {}): Promise<Reply> {
    const message = { v: protocolVersion, id: ulid(), type, ts: Date.now(), payload, ...envelope };
    return this.raw(wireEvent, message);
  }

  /** Anything at all. */
  raw(event: string, message: unknown): Promise<Reply> {
    const socket = this.#socket;
    if (socket === null) throw new Error('Not connected');
    return new Promise((resolve, reject) => {
      socket.timeout(answerLimitMs).emit(event, message, (error: Error | null, reply: unknown) => {
        if (error === null) resolve(Reply.parse(reply));
        else reject(error);
      });
    });
  }

  notify(type: string, payload: unknown): void {
    this.#socket?.emit(wireEvent, { v: protocolVersion, id: ulid(), type, ts: Date.now(), payload });
  }

  /** A request that must be accepted; its parsed reply. */
  async ask<K extends keyof ToCoordinator>(
    type: K,
    payload: PayloadFor<ToCoordinator, K>,
  ): Promise<ReplyOf<ToCoordinator, K>> {
    const reply = await this.request(type, payload);
    if (!reply.ok) throw new Error(`${type} was refused: ${JSON.stringify(reply.error)}`);
    return toCoordinator[type].reply.parse(reply.payload) as ReplyOf<ToCoordinator, K>;
  }

  submit(change: Partial<SubmissionInput> = {}, taskId = ulid()) {
    return this.ask('task:submit', { taskId, submission: submission(change) });
  }

  /** A test may end while its node still waits for an answer. */
  async #work(answer: ScriptedAnswer): Promise<void> {
    try {
      await this.onAssign(answer);
    } catch (error) {
      if (this.closed === null) throw error;
    }
  }

  close(): void {
    if (this.#renewal !== null) clearInterval(this.#renewal);
    this.#socket?.disconnect();
  }

  async #answer(envelope: Envelope, acknowledge?: (reply: Reply) => void): Promise<void> {
    if (envelope.type === 'task:offer') await this.holdsOffers;
    if (envelope.type === 'task:assign' && this.refusesAssign) {
      acknowledge?.({ ok: false, error: { code: 'overloaded', message: 'Too much to do.' } });
      return;
    }
    const payload = this.#receive(envelope);
    if (envelope.type !== 'task:assign' || this.acknowledgesAssign) acknowledge?.({ ok: true, payload });
  }

  #receive(envelope: Envelope): unknown {
    switch (envelope.type) {
      case 'task:offer':
        this.offers.push(TaskOffer.parse(envelope.payload));
        return this.takesOffers ? { answer: 'accept', estimateMs: 1000 } : { answer: 'decline', reason: 'busy' };
      case 'task:assign': {
        const answer = new ScriptedAnswer(this, TaskAssign.parse(envelope.payload));
        this.answers.push(answer);
        setImmediate(() => void this.#work(answer));
        return {};
      }
      case 'events': {
        const { events } = envelope.payload as z.infer<typeof EventBatch>;
        this.events.push(...events);
        return { cursor: events.at(-1)?.seq ?? 0 };
      }
      case 'task:frame':
        this.frames.push(envelope.payload as z.infer<typeof TaskFrame>);
        return {};
      default:
        this.stops.push(envelope.payload as z.infer<typeof TaskStop>);
        return {};
    }
  }
}

/** A small completion task. */
export function submission(change: Partial<SubmissionInput> = {}): SubmissionInput {
  return {
    type: 'code_completion',
    messages: [{ role: 'user', content: 'function add(a, b) {' }],
    maxTokens: 16,
    deadlineMs: 20_000,
    ...change,
  };
}
