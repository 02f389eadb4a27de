import { expect, test } from 'vitest';
import { AccessTokens, tokenLife } from '#coordinator/members/AccessTokens.ts';
import { createSigningKey } from '#node/keys/keys.ts';
import { systemRandom } from '#node/systemClock.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { memoryStorage } from '#test/helpers/memoryStorage.ts';
import { enrolment } from '#test/helpers/storeCommands.ts';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';

const swarmId = `swm_${'a'.repeat(32)}`;
const who = { accountId: `acc_${'b'.repeat(32)}`, nodeId: `node_${'c'.repeat(32)}`, roles: ['user', 'unknown'] };

function tokensOf(change: { swarmId?: string; tokenKey?: ReturnType<typeof createSigningKey> } = {}) {
  const clock = new ManualClock();
  const { books, commands } = memoryStorage({ clock });
  const revoked = new Set<string>();
  const tokens = new AccessTokens({
    clock,
    random: systemRandom,
    swarmId,
    tokenKey: createSigningKey(),
    books,
    queries: { isTokenValid: (jti) => Promise.resolve(!revoked.has(jti)) },
    ...change,
  });
  return { clock, books, commands, revoked, tokens };
}

test('a token says who bears it and what for, until it ends or is revoked', async () => {
  const { clock, tokens, revoked } = tokensOf();
  const { token, jti } = await tokens.make(who);
  const bearer = await tokens.verify(token);
  expect(bearer).toMatchObject({ accountId: who.accountId, nodeId: who.nodeId, jti });
  expect(bearer.scopes).toEqual(['task:create', 'task:read', 'token:spend']);
  revoked.add(jti);
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_revoked' });
  revoked.clear();
  await clock.advance(tokenLife.millis + 1000);
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
});

test('it is renewed when two thirds of its life are over, and not before', async () => {
  const { clock, tokens, books, commands } = tokensOf();
  await books.run(enrolNode(enrolment({ ...who, accountKey: '', nodeKey: '' })));
  const { token } = await tokens.make(who);
  const bearer = await tokens.verify(token);
  expect(await tokens.renew(bearer, who.roles)).toBeNull();
  await clock.advance(tokenLife.renewAfter);
  const renewed = await tokens.renew(bearer, who.roles);
  expect(renewed?.expires).toBeGreaterThan(bearer.expires);
  expect(commands.map(({ kind }) => kind)).toEqual(['enrolNode', 'saveToken']);
});

test('tokens of another swarm, another key or another form are not valid', async () => {
  const { tokens } = tokensOf();
  const tokenKey = createSigningKey();
  const foreign = [
    (await tokensOf({ swarmId: `swm_${'d'.repeat(32)}`, tokenKey }).tokens.make(who)).token,
    (await tokensOf().tokens.make(who)).token,
    'a.b.c',
    '',
  ];
  for (const token of foreign) await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
  await expect(tokensOf({ tokenKey }).tokens.verify(foreign[0] ?? '')).rejects.toMatchObject({ code: 'token_invalid' });
});
