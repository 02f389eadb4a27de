import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { AccessTokens } from '#coordinator/members/AccessTokens.ts';
import { Enrolment } from '#coordinator/members/Enrolment.ts';
import { memoryStorage } from '#test/helpers/memoryStorage.ts';
import { createSigningKey, loadSigningKey } from '#node/keys/keys.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import { microPerCredit } from '#shared/domain/money/credits.ts';
import { EnrolRequest } from '#shared/protocol/enrolment.ts';
import { certify } from '#test/integration/coordinator/ScriptedNode.ts';

const origin = 'http://127.0.0.1:4000';

/** Proofs of work for the nodes whose keys are made below, so that the test does not search for seconds. */
const works = ['rlba', '1orx', '9dhv', 'ag5b', 'xibn', '28wx', '7d3j'];

// Earlier enrolments of one place were counted before those under way were stored: all that came at once got the grant.
test('enrolments at once from one place get as many grants as one after the other', async () => {
  const needs = { clock: systemClock, random: systemRandom };
  const storage = memoryStorage({ private: false });
  const { books, queries, signingKey, swarmId } = storage;
  const enrolment = new Enrolment({
    ...needs,
    books,
    queries,
    swarmId,
    swarmKey: signingKey,
    tokens: new AccessTokens({ ...needs, books, queries, swarmId, tokenKey: createSigningKey() }),
    swarm: {
      name: 'Swarm',
      private: false,
      grant: 10n * microPerCredit,
      secret: () => null,
      ownAddresses: () => [origin],
    },
  });
  const answers = works.map((value, index) => {
    const nodeKey = loadSigningKey(createHash('sha256').update(`node ${index}`).digest('base64url'));
    const certificate = certify(createSigningKey(), nodeKey);
    const clientNonce = Buffer.from(systemRandom.bytes(32)).toString('base64url');
    const proofs = [{ kind: 'work', value }];
    const request = EnrolRequest.parse({ certificate, clientNonce, origin, name: 'node', proofs });
    const { enrolmentId, serverNonce, expires } = enrolment.begin(request, '203.0.113.9');
    const { accountId, nodeId } = certificate;
    const challenge = { role: 'node' as const, use: 'enrol' as const, swarmId, origin, accountId, nodeId };
    const signature = nodeKey.sign('challenge', { ...challenge, clientNonce, serverNonce, expires });
    return { enrolmentId, signature };
  });
  const results = await Promise.all(
    answers.map(({ enrolmentId, signature }) => enrolment.respond(enrolmentId, { signature })),
  );
  const granted = results.map((result) => (result.status === 'approved' ? result.granted : result.reason));
  expect(granted.toSorted()).toEqual(['0', '0', '10', '10', '10', '10', '10']);
  await storage.close();
});
