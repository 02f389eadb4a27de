export type SwarmAddress =
  | {
      readonly kind: 'ready';
      readonly address: string;
      readonly host: string;
      /** Unencrypted over a network, which the owner must accept for this host. */
      readonly plain: boolean;
    }
  | { readonly kind: 'wrong'; readonly problem: string };

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Parses the join field. Only a typing aid: the engine decides what is accepted. */
export function readSwarmAddress(text: string): SwarmAddress {
  const typed = text.trim();
  if (typed === '') return wrong('Enter the address of a swarm or paste an invite link.');
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  const url = URL.parse(whole.replace(/^openswarm:/i, 'http:'));
  if (url === null || url.hostname === '')
    return wrong('This is not a valid address. Addresses start with https:// or openswarm://.');
  const scheme = whole.slice(0, whole.indexOf(':')).toLowerCase();
  if (!['http', 'https', 'ws', 'wss', 'openswarm'].includes(scheme)) {
    return wrong('Only https:// addresses and openswarm:// links are supported.');
  }
  const secure = scheme === 'https' || scheme === 'wss';
  return { kind: 'ready', address: whole, host: url.host, plain: !secure && !loopback.has(url.hostname) };
}

function wrong(problem: string): SwarmAddress {
  return { kind: 'wrong', problem };
}
