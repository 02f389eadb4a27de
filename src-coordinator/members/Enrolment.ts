import { createHash, timingSafeEqual } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import { ulid } from 'ulid';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import {
  type EnrolChallenge,
  type EnrolRequest,
  type EnrolResponse,
  type EnrolResult,
  workBits,
  workText,
} from '#shared/protocol/enrolment.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { type SigningKey, verifySignature } from '#node/keys/keys.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { type EnrolNode, enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { recordAudit } from '#coordinator/books/commands/recordAudit.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { AccessTokens } from './AccessTokens.ts';
import { networkPrefix } from './addressPrefix.ts';
import { checkCertificate } from './certificates.ts';
import { PendingChallenges, challengeLimits } from './PendingChallenges.ts';
import { isOwnOrigin } from './originRule.ts';
import { pseudonymOf } from './pseudonym.ts';
import type { SwarmIdentity } from './SwarmIdentity.ts';

/** Accounts per network and day to which a public swarm grants credits (rules 6.6). */
const grantsPerNetworkAndDay = 5;
const dayMs = 86_400_000;

interface EnrolmentNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly books: Books;
  readonly queries: Pick<Queries, 'node' | 'account'>;
  readonly swarmId: string;
  readonly swarmKey: SigningKey;
  readonly tokens: AccessTokens;
  readonly swarm: SwarmIdentity;
}

interface Pending {
  readonly request: EnrolRequest;
  readonly challenge: Challenge;
  readonly address: string;
}

/** Mutual enrolment (rules 2.1): first the coordinator proves its key, then the node; nothing is stored before both have. */
export class Enrolment {
  readonly #needs: EnrolmentNeeds;
  readonly #pending = new PendingChallenges<Pending>();

  constructor(needs: EnrolmentNeeds) {
    this.#needs = needs;
  }

  /** POST /v1/enrol. Throws a SwarmError for a foreign origin or an invalid certificate. */
  begin(request: EnrolRequest, address: string): EnrolChallenge {
    const { clock, random, swarmId, swarmKey } = this.#needs;
    this.#checkOrigin(request);
    checkCertificate(request.certificate);
    const challenge: Challenge = {
      role: 'coordinator',
      use: 'enrol',
      swarmId,
      origin: request.origin,
      accountId: request.certificate.accountId,
      nodeId: request.certificate.nodeId,
      clientNonce: request.clientNonce,
      serverNonce: base64urlnopad.encode(random.bytes(32)),
      expires: clock.now() + challengeLimits.millis,
    };
    const enrolmentId = ulid(clock.now(), () => random.fraction());
    this.#pending.put(enrolmentId, { request, challenge, address }, clock.monotonic());
    return {
      enrolmentId,
      swarmId,
      publicKey: swarmKey.publicKey,
      serverNonce: challenge.serverNonce,
      expires: challenge.expires,
      signature: swarmKey.sign('challenge', challenge),
    };
  }

  /** POST /v1/enrol/{id}/respond. Returns the decision. Throws `challenge_expired` or `bad_signature`. */
  async respond(enrolmentId: string, response: EnrolResponse): Promise<EnrolResult> {
    const pending = this.#pending.take(enrolmentId, this.#needs.clock.monotonic());
    const { certificate } = pending.request;
    const value: Challenge = { ...pending.challenge, role: 'node' };
    const fits = verifySignature({
      purpose: 'challenge',
      value,
      signature: response.signature,
      publicKey: certificate.nodeKey,
    });
    if (!fits) {
      await this.#audit(certificate.nodeId, 'bad_signature');
      throw new SwarmError('bad_signature', 'signature: does not match the challenge', { field: 'signature' });
    }
    const result = await this.#decide(pending);
    await this.#audit(certificate.nodeId, result.status === 'approved' ? 'approved' : result.reason);
    return result;
  }

  async #decide(pending: Pending): Promise<EnrolResult> {
    const { request } = pending;
    const { queries, swarm } = this.#needs;
    const known = await queries.node(request.certificate.nodeId);
    if (known?.status === 'revoked' || known?.status === 'rejected') {
      return {
        status: 'rejected',
        reason: 'The operator excluded this node.',
        nextSteps: ['Ask the operator of this swarm.'],
      };
    }
    if (known?.status === 'pending') {
      return { status: 'pending', reason: 'The operator has not decided yet.', nextSteps: ['Try again later.'] };
    }
    if (known !== undefined && known.accountId !== request.certificate.accountId) {
      return {
        status: 'rejected',
        reason: 'This node belongs to another account.',
        nextSteps: ['Create a new identity for this installation.'],
      };
    }
    // Enrolled nodes stay members when the secret changes.
    if (known === undefined && swarm.private && !this.#knowsSecret(request.secret)) {
      return {
        status: 'rejected',
        reason: 'The secret of this private swarm is missing or wrong.',
        nextSteps: ['Ask the owner of the swarm for a new invite link.'],
      };
    }
    return this.#approve(pending);
  }

  async #approve({ request, address }: Pending): Promise<EnrolResult> {
    const { certificate } = request;
    const { books, queries, clock, tokens } = this.#needs;
    const account = await queries.account(certificate.accountId);
    const roles = account?.roles ?? ['user', 'node_operator'];
    const made = await tokens.make({ accountId: certificate.accountId, nodeId: certificate.nodeId, roles });
    const { granted } = await books.run(
      enrolNode({
        account: { accountId: certificate.accountId, accountKey: certificate.accountKey },
        node: {
          nodeId: certificate.nodeId,
          nodeKey: certificate.nodeKey,
          name: request.name,
          pseudonym: pseudonymOf(certificate.nodeId),
          addressPrefix: networkPrefix(address),
          hardwareFingerprint: request.hardwareFingerprint ?? '',
          status: 'approved',
        },
        ...this.#grantFor(request, networkPrefix(address)),
        token: { jti: made.jti, expires: made.expires },
        now: clock.now(),
      }),
    );
    return { status: 'approved', token: made.token, tokenExpires: made.expires, granted: formatCredits(granted) };
  }

  /** A public swarm grants credits only for a proof of work, and to few accounts per network and day. */
  #grantFor(request: EnrolRequest, network: string): Pick<EnrolNode, 'grant' | 'grantLimit'> {
    const { swarm, clock } = this.#needs;
    if (swarm.private || swarm.grant === 0n) return { grant: swarm.grant };
    if (!hasWork(request)) return { grant: 0n };
    const grantLimit = { enrolments: grantsPerNetworkAndDay, since: clock.now() - dayMs };
    return { grant: swarm.grant, ...(network === '' ? {} : { grantLimit }) };
  }

  #knowsSecret(given: string | undefined): boolean {
    const secret = this.#needs.swarm.secret();
    if (secret === null || given === undefined) return false;
    return timingSafeEqual(sha256(given), sha256(secret));
  }

  #checkOrigin(request: EnrolRequest): void {
    if (isOwnOrigin(request.origin, this.#needs.swarm.ownAddresses())) return;
    throw new SwarmError('wrong_swarm', 'origin: not an address of this coordinator', { field: 'origin' });
  }

  #audit(nodeId: string, outcome: string): Promise<void> {
    const { books, clock, swarmId } = this.#needs;
    return books.run(recordAudit({ at: clock.now(), actor: nodeId, action: 'enrol', subject: swarmId, outcome }));
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A proof of work is a text whose SHA-256 together with the node id begins with `workBits` zero bits. */
function hasWork(request: EnrolRequest): boolean {
  return request.proofs.some(
    ({ kind, value }) =>
      kind === 'work' && sha256(workText(request.certificate.nodeId, value)).readUInt32BE(0) >>> (32 - workBits) === 0,
  );
}
