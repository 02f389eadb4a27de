import { describe, expect, it } from 'vitest';
import { readSwarmAddress } from '#renderer/features/settings/swarm/swarmAddress.ts';

describe('the join field', () => {
  it('accepts addresses and invite links', () => {
    expect(readSwarmAddress('swarm.example.org')).toMatchObject({
      kind: 'ready',
      address: 'https://swarm.example.org',
      plain: false,
    });
    expect(readSwarmAddress('http://127.0.0.1:4100')).toMatchObject({ kind: 'ready', plain: false });
    expect(readSwarmAddress('openswarm://127.0.0.1:4100#swm_x.y')).toMatchObject({
      kind: 'ready',
      address: 'openswarm://127.0.0.1:4100#swm_x.y',
    });
  });

  it('asks before an unencrypted connection over a network', () => {
    expect(readSwarmAddress('http://192.168.1.20:4100')).toMatchObject({ plain: true, host: '192.168.1.20:4100' });
    expect(readSwarmAddress('openswarm://192.168.1.20:4100#swm_x.y')).toMatchObject({ plain: true });
  });

  it('reports invalid input', () => {
    for (const text of ['', 'https://', 'javascript://alert(1)', 'file:///etc/passwd']) {
      expect(readSwarmAddress(text).kind).toBe('wrong');
    }
  });
});
