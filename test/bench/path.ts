import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TaskDetail } from '#shared/api/history.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';
import { planLoad } from '#engine/inference/pool/planLoad.ts';
import { callEngine, untilWelcomed } from '#test/helpers/callEngine.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { newHome, removeHome, RunningCommand } from '#test/helpers/openSwarmCommand.ts';
import { starterModel } from '#test/helpers/starterModel.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import type { Comparison } from './measure.ts';
import { makeRealSizeModel, measureRawEngine, type RawEngineResult } from './rawEngine.ts';

const rounds = Number(process.env['OPEN_SWARM_BENCH_ROUNDS'] ?? 5);
const prompt = 'function add(a, b) {';

/** The library alone may use everything, so the node gets the whole processor and no rule of its owner pauses it. */
const wholeMachine = {
  'contribution.cpuShare': 100,
  'contribution.yieldToPrograms': false,
  'contribution.onlyWhenIdle': false,
  'contribution.pauseOnBattery': false,
  'contribution.maxTemperature': null,
  'contribution.onMetered': true,
} as const;

interface Answer {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
}

/** Submits one task and resolves with how its answer came, as its requester saw it. */
type Ask = (input: SubmissionInput) => Promise<Answer>;

/** First token and tokens a second as a requester sees them, beside the library alone on the same file. */
export async function benchPath(workFolder: string): Promise<Comparison[]> {
  mkdirSync(workFolder, { recursive: true });
  const models = mkdtempSync(path.join(workFolder, 'models-'));
  try {
    // Continues a plain text, as the library alone does here: a chat would wrap the prompt into more tokens.
    const real: InstalledModel = { ...(await makeRealSizeModel(models)), types: ['code_completion'] };
    return [
      ...(await compare('starter model, programs of the product', starterModel, { maxTokens: 200 }, withProduct)),
      ...(await compare('135 M shape, engines in one process', real, { maxTokens: 96 }, (run) =>
        withEngines(models, real, run),
      )),
    ];
  } finally {
    rmSync(models, { recursive: true, force: true });
  }
}

async function compare(
  what: string,
  model: InstalledModel,
  { maxTokens }: { maxTokens: number },
  withAsk: (run: (ask: Ask) => Promise<void>) => Promise<void>,
): Promise<Comparison[]> {
  const ours: Answer[] = [];
  const raw: RawEngineResult[] = [];
  const messages = [{ role: 'user' as const, content: prompt }];
  await withAsk(async (ask) => {
    // The first one loads what is loaded once.
    await ask({ type: 'code_completion', messages, maxTokens, deadlineMs: 600_000, temperature: 0.7 });
    for (let round = 0; round < rounds; round += 1) {
      raw.push(await rawOnce(model, maxTokens));
      ours.push(await ask({ type: 'code_completion', messages, maxTokens, deadlineMs: 600_000, temperature: 0.7 }));
    }
  });
  const peerName = 'node-llama-cpp alone';
  return [
    {
      what: `${what}: time to first token`,
      unit: 'ms',
      ours: ours.map(({ firstTokenMs }) => firstTokenMs),
      peer: raw.map(({ firstTokenMs }) => firstTokenMs),
      peerName,
      note: 'submission, offer, assignment, signed chunk and fsync included',
    },
    {
      what: `${what}: tokens per second, one stream`,
      unit: '/s',
      ours: ours.map(({ tokensPerSecond }) => tokensPerSecond),
      peer: raw.map(({ tokensPerSecond }) => tokensPerSecond),
      peerName,
    },
  ];
}

function rawOnce(model: InstalledModel, maxTokens: number): Promise<RawEngineResult> {
  const plan = planLoad(model, { cores: 2, memoryBytes: 4 * 2 ** 30, graphics: null });
  if (plan.kind === 'no_fit') throw new Error(`${model.name} does not fit`);
  const { contextSize, decodeThreads, prefillThreads, sequences } = plan;
  return measureRawEngine(model.path, {
    promptText: prompt,
    maxTokens,
    sequences,
    contextSize,
    decodeThreads,
    prefillThreads,
    rounds: 1,
  });
}

/** `open-swarm start --private-swarm`: engine, coordinator and worker as processes of their own, over real sockets. */
async function withProduct(run: (ask: Ask) => Promise<void>): Promise<void> {
  const home = newHome('bench');
  const engine = new RunningCommand([
    'start',
    '--headless',
    '--private-swarm',
    '--json',
    '--port',
    '0',
    '--home',
    home,
  ]);
  try {
    await engine.event('ready');
    // Before the welcome task: a busy machine would pause it.
    await callEngine(home, 'settings.set', wholeMachine);
    await untilWelcomed(home);
    await run(async (input) => {
      const { taskId } = await callEngine(home, 'task.submit', { submission: Submission.parse(input) });
      return whenOver(() => callEngine(home, 'task.get', { taskId }));
    });
  } finally {
    await engine.stop();
    removeHome(home);
  }
}

/** Two engines and a coordinator in this process, with links in memory: models that nobody installed can be tried. */
async function withEngines(folder: string, model: InstalledModel, run: (ask: Ask) => Promise<void>): Promise<void> {
  const coordinator = new TestCoordinator({ folder: path.join(folder, 'coordinator') });
  await coordinator.start();
  const pools = [openPool(), openPool()] as const;
  const node = await new TestEngine({ coordinator, inference: pools[0], models: [model] }).start();
  const asker = await new TestEngine({ coordinator, inference: pools[1], models: [] }).start();
  try {
    await node.engine.handlers['settings.set'](wholeMachine);
    await node.serving();
    await run(async (input) => {
      const taskId = await asker.submit(input);
      return whenOver(() => asker.engine.handlers['task.get']({ taskId }));
    });
  } finally {
    for (const engine of [asker, node]) await engine.stop();
    for (const pool of pools) await pool.dispose();
    await coordinator.stop();
    for (const engine of [asker, node]) engine.remove();
  }
}

/** Looks seldom, so that looking costs nothing; what counts was measured by the engine. */
async function whenOver(look: () => Promise<TaskDetail>): Promise<Answer> {
  for (;;) {
    const { finishedAt, firstTokenMs, status, tokensPerSecond } = await look();
    if (finishedAt !== null) {
      if (status === 'completed' && firstTokenMs !== null && tokensPerSecond !== null) {
        return { firstTokenMs, tokensPerSecond };
      }
      throw new Error(`A task ended as ${status}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
