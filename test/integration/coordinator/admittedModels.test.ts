import { expect, test } from 'vitest';
import { installationCatalogue, writeOwnCatalogue } from '#coordinator/catalogue/coordinatorCatalogue.ts';
import { joinNode, startSwarm, temporaryFolder } from './startSwarm.ts';

const [starter] = installationCatalogue().models;
if (starter === undefined) throw new Error('The starter model is not in the catalogue');
const own = { ...starter, digest: 'd'.repeat(64), id: 'own', source: 'imported' as const };

test('a public swarm tells its nodes which models earn, those of its operator too; a private one pays all', async () => {
  const data = temporaryFolder();
  writeOwnCatalogue(data, { version: 1, models: [own] });
  const open = await joinNode(await startSwarm({ private: false, data }));
  expect(open.ready?.admitted?.toSorted()).toEqual([starter.digest, own.digest].toSorted());
  const closed = await joinNode(await startSwarm({ private: true }));
  expect(closed.ready).not.toHaveProperty('admitted');
});
