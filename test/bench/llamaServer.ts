import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { asWorker } from './buildPeers.ts';
import { promptIds } from './promptIds.ts';
import { StreamClock } from './StreamClock.ts';

/** What the server is asked for. */
export interface ServerShape {
  readonly streams: number;
  readonly threads: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
  /** Tokens of one stream. */
  readonly context: number;
}

const Frame = z.object({ stop: z.boolean(), tokens: z.array(z.int()).default([]) });

/** Tokens a second of all streams of `llama-server -np N` together. Rejects when it does not start or answer. */
export async function askServer(program: string, modelPath: string, shape: ServerShape): Promise<number> {
  const { streams, threads, context } = shape;
  const port = await freePort();
  const size = ['-np', String(streams), '-c', String(streams * context), '-t', String(threads), '-tb', String(threads)];
  const args = ['-m', modelPath, '--host', '127.0.0.1', '--port', String(port), '-ngl', '0', ...size];
  const child = spawn(...asWorker(program, args), { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const origin = `http://127.0.0.1:${port}`;
    await untilHealthy(origin);
    const all = (offset: number, clocks: readonly StreamClock[]) =>
      Promise.all(clocks.map((clock, index) => complete(origin, { ...shape, seed: offset + index }, clock)));
    const clocks = () => Array.from({ length: streams }, () => new StreamClock());
    await all(0, clocks());
    const counted = clocks();
    await all(100, counted);
    return counted.reduce((sum, clock) => sum + clock.tokensPerSecond, 0);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function complete(origin: string, shape: ServerShape & { seed: number }, clock: StreamClock): Promise<void> {
  const { seed, promptTokens, answerTokens } = shape;
  const answer = await fetch(`${origin}/completion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      prompt: promptIds(seed, promptTokens),
      n_predict: answerTokens,
      stream: true,
      return_tokens: true,
      ignore_eos: true,
      cache_prompt: false,
      temperature: 0.7,
      min_p: 0.05,
      top_k: 0,
      top_p: 1,
      seed,
    }),
  });
  if (!answer.ok || answer.body === null) throw new Error(`llama-server answers ${answer.status}`);
  let text = '';
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.startsWith('data: {'))) {
      const { stop, tokens } = Frame.parse(JSON.parse(line.slice(6)));
      if (!stop) clock.add(tokens.length);
    }
  }
}

async function untilHealthy(origin: string): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    const health = await fetch(`${origin}/health`).catch(() => null);
    if (health?.ok === true) return;
    await wait(100);
  }
  throw new Error('llama-server did not start');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
