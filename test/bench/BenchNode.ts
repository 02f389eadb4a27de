import type { PayloadOf, ToNode } from '#shared/protocol/messages.ts';
import type { Link } from '#shared/protocol/link.ts';
import { sign } from 'node:crypto';
import { promisify } from 'node:util';
import { base64urlnopad } from '@scure/base';
import { signingBytes } from '#shared/protocol/signing.ts';
import { monotonicFactory } from 'ulid';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { chainStart, extendChain, inputHash } from '#node/keys/answerChain.ts';
import { textOf } from '#test/simulation/madeModel.ts';

/** Nodes sign on their own machines: here at least on another thread. */
const signLater = promisify(sign);
const nextId = monotonicFactory();
const promptIds = [1, 5, 6, 7, 8];
const tokensPerChunk = 8;

/** A node that accepts everything, answers at once and signs what it sends; and a requester that counts what ends. */
export class BenchNode {
  readonly identity: Identity;
  /** Microseconds of CPU in the main thread spent as the load and not as the coordinator. */
  ownMicros = 0;
  onOffer: ((offer: PayloadOf<ToNode, 'task:offer'>) => void) | null = null;
  readonly #link: Link;
  readonly #chunks: number;
  readonly #waiting = new Map<string, (status: string) => void>();

  constructor(identity: Identity, link: Link, chunks: number) {
    this.identity = identity;
    this.#link = link;
    this.#chunks = chunks;
  }

  /** Submits a task and resolves when its end is told, after the settlement is on the disk. */
  async runTask(prompt = 'function add(a, b) {'): Promise<string> {
    const taskId = nextId();
    const over = new Promise<string>((resolve) => void this.#waiting.set(taskId, resolve));
    const reply = await this.#link.request('task:submit', {
      taskId,
      submission: {
        type: 'code_completion',
        messages: [{ role: 'user', content: prompt }],
        maxTokens: this.#chunks * tokensPerChunk,
        deadlineMs: 60_000,
      },
    });
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
    return over;
  }

  beat(): void {
    void this.#link.request('node:beat', {});
  }

  offered(offer: PayloadOf<ToNode, 'task:offer'>): unknown {
    this.onOffer?.(offer);
    return { answer: 'accept', estimateMs: 1000 };
  }

  assigned(assign: PayloadOf<ToNode, 'task:assign'>): void {
    setImmediate(() => void this.#work(assign));
  }

  heard({ events }: PayloadOf<ToNode, 'events'>): { cursor: number } {
    for (const { event } of events) {
      if (event.type !== 'task:completed') continue;
      this.#waiting.get(event.task.taskId)?.(event.task.status);
      this.#waiting.delete(event.task.taskId);
    }
    return { cursor: events.at(-1)?.seq ?? 0 };
  }

  async #work(assign: PayloadOf<ToNode, 'task:assign'>): Promise<void> {
    const { assignmentId, modelDigest, sampler, seed, taskId } = assign;
    let head = '';
    for (let chunk = 0; chunk < this.#chunks; chunk += 1) {
      const start = cpuMicros();
      if (chunk === 0) {
        const nodeId = this.identity.nodeId;
        head = chainStart({
          assignmentId,
          taskId,
          nodeId,
          modelDigest,
          inputHash: inputHash(promptIds),
          sampler,
          seed,
        });
      }
      const from = chunk * tokensPerChunk;
      const ids = Array.from({ length: tokensPerChunk }, (_, index) => 1 + ((seed + from + index * 37) % 999));
      head = extendChain(head, ids);
      const claim = signingBytes('chunk', { assignmentId, count: from + ids.length, chain: head });
      this.ownMicros += cpuMicros() - start;
      const signed = await signLater(null, claim, this.identity.nodeKey.privateKeyObject);
      const message = {
        assignmentId,
        ...(chunk === 0 ? { promptIds } : {}),
        chunks: [{ from, ids, text: textOf(ids), chain: head, signature: base64urlnopad.encode(signed) }],
      };
      await this.#link.request('task:progress', message);
    }
    await this.#link.request('task:result', {
      assignmentId,
      outcome: { kind: 'delivered', finish: 'length', count: this.#chunks * tokensPerChunk },
      promptIds,
      modelDigest,
      sampler,
      seed,
      environment: { lib: 'bench', gpu: 'cpu', flashAttention: false, kv: 'F16', cpu: null },
      timings: { promptMs: 1, firstTokenMs: 1, totalMs: 1 },
    });
  }
}

function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
