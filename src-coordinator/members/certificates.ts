import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { NodeCertificate } from '#shared/protocol/challenge.ts';
import { keyId, verifySignature } from '#node/keys/keys.ts';

/** Checks that the ids match their keys and that the account signed for the node. Throws `bad_signature`. */
export function checkCertificate(certificate: NodeCertificate): void {
  const { signature, ...claimed } = certificate;
  requireField(keyId('acc', certificate.accountKey) === certificate.accountId, 'certificate.accountId');
  requireField(keyId('node', certificate.nodeKey) === certificate.nodeId, 'certificate.nodeId');
  const fits = verifySignature({
    purpose: 'certificate',
    value: claimed,
    signature,
    publicKey: certificate.accountKey,
  });
  requireField(fits, 'certificate.signature');
}

function requireField(fits: boolean, field: string): void {
  if (!fits) throw new SwarmError('bad_signature', `${field}: does not match`, { field });
}
