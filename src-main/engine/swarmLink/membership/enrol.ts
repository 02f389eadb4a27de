import { base64urlnopad } from '@scure/base';
import { SwarmError, WireError } from '#shared/domain/errorCodes.ts';
import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { Challenge } from '#shared/protocol/challenge.ts';
import { EnrolChallenge, type EnrolRequest, EnrolResult } from '#shared/protocol/enrolment.ts';
import type { Random } from '#shared/util/random.ts';
import { z } from 'zod';
import type { Http } from '#engine/ports/Http.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';
import { fingerprintOf } from './fingerprintOf.ts';
import { findWork } from './findWork.ts';
import { verifyCoordinator } from '#engine/swarmLink/client/verifyCoordinator.ts';

export interface EnrolInput {
  readonly http: Http;
  readonly random: Random;
  readonly identity: Identity;
  readonly name: string;
  readonly computer: ComputerSummary | null;
  /** `http(s)://host:port`. */
  readonly address: string;
  readonly secret?: string | undefined;
  readonly invite?: string | undefined;
  /** From an invite link or an earlier join; any other swarm is refused. */
  readonly expectedSwarm: string | null;
  readonly pinnedKey: string | null;
}

/** The swarm behind an address, after both sides authenticated. */
export interface Enrolled {
  readonly swarmId: string;
  readonly publicKey: string;
  readonly token: string;
  readonly tokenExpires: number;
}

/**
 * Enrols this node. Rejects with a SwarmError: `not_connected`, `wrong_swarm`, `bad_signature`, `secret_wrong`,
 * `enrolment_pending`, `enrolment_rejected`, or the coordinator's refusal.
 */
export async function enrol(input: EnrolInput): Promise<Enrolled> {
  const { http, random, identity, address } = input;
  const clientNonce = base64urlnopad.encode(random.bytes(32));
  // An open swarm grants credits for a proof of work alone; with a secret or an earlier admission none is needed.
  const open = input.secret === undefined && input.pinnedKey === null;
  const proofs = open ? [{ kind: 'work', value: await findWork(identity.nodeId) }] : [];
  const request: z.input<typeof EnrolRequest> = {
    certificate: identity.certificate,
    clientNonce,
    origin: address,
    name: input.name,
    ...(input.computer === null ? {} : { hardwareFingerprint: fingerprintOf(input.computer) }),
    proofs,
    ...(input.secret === undefined ? {} : { secret: input.secret }),
    ...(input.invite === undefined ? {} : { invite: input.invite }),
  };
  const offer = await call(http, `${address}/v1/enrol`, request, EnrolChallenge);
  if (input.expectedSwarm !== null && offer.swarmId !== input.expectedSwarm) {
    throw new SwarmError('wrong_swarm', 'Another swarm answers at this address.');
  }
  const { swarmId, serverNonce, expires, publicKey, signature } = offer;
  const { accountId, nodeId } = identity;
  const shared = {
    use: 'enrol',
    swarmId,
    origin: address,
    accountId,
    nodeId,
    clientNonce,
    serverNonce,
    expires,
  } as const;
  const challenge: Challenge = { role: 'coordinator', ...shared };
  verifyCoordinator({ challenge, publicKey, signature, pinnedKey: input.pinnedKey });
  const answer = identity.nodeKey.sign('challenge', { ...challenge, role: 'node' } satisfies Challenge);
  const respond = `${address}/v1/enrol/${encodeURIComponent(offer.enrolmentId)}/respond`;
  const result = await call(http, respond, { signature: answer }, EnrolResult);
  if (result.status === 'approved') {
    return { swarmId, publicKey, token: result.token, tokenExpires: result.tokenExpires };
  }
  const code = result.status === 'pending' ? 'enrolment_pending' : 'enrolment_rejected';
  throw new SwarmError(code, [result.reason, ...result.nextSteps].join(' '));
}

async function call<T extends z.ZodType>(http: Http, url: string, body: unknown, schema: T): Promise<z.output<T>> {
  const answer = await http.post(url, body);
  const parsed = schema.safeParse(answer.body);
  if (answer.status < 400 && parsed.success) return parsed.data;
  const refused = ErrorAnswer.safeParse(answer.body);
  if (refused.success) {
    const { code, message, field, details } = refused.data;
    throw new SwarmError(code, message, {
      ...(field === undefined ? {} : { field }),
      ...(details === undefined ? {} : { details }),
    });
  }
  throw new SwarmError('not_connected', 'The program at this address is not an Open Swarm coordinator.');
}

/** Errors arrive bare or under `error`. */
const ErrorAnswer = z.union([WireError, z.object({ error: WireError }).transform(({ error }) => error)]);
