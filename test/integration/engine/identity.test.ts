import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Membership } from '#engine/swarmLink/membership/Membership.ts';
import type { Http } from '#engine/ports/Http.ts';
import { identityOf, makeSeeds } from '#engine/swarmLink/identity/Identity.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { openPool } from '#test/helpers/inferencePool.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { TestCoordinator } from '#test/helpers/TestCoordinator.ts';
import { TestEngine } from '#test/helpers/TestEngine.ts';
import { until } from '#test/helpers/until.ts';

const passphrase = 'correct horse battery';
// Workers start slowly on a busy machine; nothing here waits longer than it must.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let folder: string;
let coordinator: TestCoordinator;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-identity-'));
  coordinator = new TestCoordinator({ folder });
  await coordinator.start();
});
afterEach(async () => {
  await coordinator.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('an account on two machines', () => {
  test('a restored backup is the same account with its money, on a fresh node, and the books of both agree', async () => {
    const pool = openPool();
    const first = await new TestEngine({ coordinator, inference: pool }).start();
    await first.serving();
    await first.finished(await first.submit());
    const { backup } = await first.engine.handlers['identity.export']({ passphrase });
    expect(first.engine.slice('identity').backedUpAt).not.toBeNull();

    const second = await new TestEngine({ coordinator, inference: openPool(), models: [] }).start();
    await second.engine.handlers['identity.import']({ backup, passphrase });
    await second.connected();
    const [one, two] = [first, second].map(({ engine }) => engine.slice('identity'));
    expect(two?.accountId).toBe(one?.accountId);
    expect(two?.nodeId).not.toBe(one?.nodeId);
    await second.finished(await second.submit());
    for (const { engine } of [first, second]) {
      // The first machine hears of what the other one spent when it connects the next time.
      if (engine === first.engine) coordinator.cut();
      await first.connected();
      await until(() => engine.slice('money').agreement?.agrees === true, 'the books agree');
    }
    expect(second.engine.slice('money').balances?.granted).toBe('100');
    await first.stop();
    await second.stop();
    await pool.dispose();
    for (const engine of [first, second]) engine.remove();
  });

  test('an identity is not replaced while tasks are under way', async () => {
    const engine = await new TestEngine({ coordinator, inference: openPool(), models: [] }).start();
    const { backup } = await engine.engine.handlers['identity.export']({ passphrase });
    await engine.submit();
    const replacing = engine.engine.handlers['identity.import']({ backup, passphrase });
    await expect(replacing).rejects.toMatchObject({ code: 'conflict' });
    await engine.stop();
    engine.remove();
  });
});

describe('membership', () => {
  test('the token is renewed at two thirds of its life with the same key, also after the secret was renewed', async () => {
    const clock = new ManualClock();
    const store = openEngineStore({ file: ':memory:', clock: systemClock });
    const identity = identityOf(makeSeeds(0));
    const posts: string[] = [];
    const http: Http = {
      post: async (url, body) => {
        posts.push(url);
        const answer = await coordinator.http.post(url, body);
        const granted = answer.body as { tokenExpires?: number };
        if (granted.tokenExpires !== undefined) granted.tokenExpires = clock.now() + 90 * 86_400_000;
        return answer;
      },
    };
    const membership = new Membership({
      clock,
      random: systemRandom,
      logger: silentLogger,
      store,
      http,
      secrets: { seal: async (plain) => `sealed:${plain}`, open: async (sealed) => sealed.slice(7) },
      identity: () => identity,
      nodeName: () => 'desk',
      computer: () => null,
      handOver: async () => {},
    });
    await membership.join({ address: coordinator.address, secret: coordinator.secret });
    const before = membership.current()?.sealedToken;
    coordinator.secret = 'b3RoZXItc2VjcmV0LTEyMw';
    await clock.advance(59 * 86_400_000);
    expect(posts).toHaveLength(2);
    await clock.advance(2 * 86_400_000);
    await until(() => membership.current()?.sealedToken !== before, 'renewed');
    await settle();
    expect(posts).toHaveLength(4);
    expect(membership.current()?.tokenExpires).toBeGreaterThan(clock.now() + 80 * 86_400_000);
    membership.stop();
    store.close();
  });

  test('a wrong secret, another swarm than the invited one, and a plain connection abroad are refused', async () => {
    const engine = new TestEngine({ coordinator, inference: openPool(), models: [] });
    await engine.engine.start();
    const { address } = coordinator;
    await expect(engine.engine.join({ address, secret: 'x'.repeat(22) })).rejects.toMatchObject({
      code: 'enrolment_rejected',
    });
    const foreign = `openswarm://127.0.0.1:4999#swm_${'a'.repeat(32)}.${coordinator.secret}`;
    await expect(engine.engine.join({ address: foreign })).rejects.toMatchObject({ code: 'wrong_swarm' });
    await expect(engine.engine.join({ address: 'http://10.0.0.1:4000' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(engine.engine.slice('swarm').joined).toBeNull();
    await engine.stop();
    engine.remove();
  });
});
