// The publisher's side of `open-swarm models catalogue update`: generates the key that installations trust and signs editions.
//   node tools/sign-catalogue.mjs new-key KEYFILE             the secret into KEYFILE, the public key into resources/publisher.json
//   node tools/sign-catalogue.mjs sign KEYFILE EDITION OUT    resources/catalogue.json as a signed edition
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSigningKey, loadSigningKey } from '#node/keys/keys.ts';

const resources = path.resolve(import.meta.dirname, '../resources');
const usage = 'Use: sign-catalogue.mjs new-key KEYFILE | sign KEYFILE EDITION OUT';

/** Generates a key pair. The secret stays with the publisher: whoever holds it can offer models to every installation. */
function newKey(keyFile, publisherFile) {
  const key = createSigningKey();
  writeFileSync(keyFile, `${key.exportSecret()}\n`, { mode: 0o600, flag: 'wx' });
  const publisher = JSON.parse(readFileSync(publisherFile, 'utf8'));
  publisher.catalogueKeys.push(key.publicKey);
  writeFileSync(publisherFile, `${JSON.stringify(publisher, null, 2)}\n`);
  console.log(`${key.publicKey} is accepted from the next release on.`);
}

/** Signs the catalogue as an edition. Installations accept only a higher number than the one they have. */
function sign(keyFile, edition, out, catalogueFile) {
  const key = loadSigningKey(readFileSync(keyFile, 'utf8').trim());
  const catalogue = JSON.parse(readFileSync(catalogueFile, 'utf8'));
  const signature = key.sign('catalogue', { edition, catalogue });
  writeFileSync(out, `${JSON.stringify({ version: 1, edition, catalogue, publicKey: key.publicKey, signature })}\n`);
}

function main([command, keyFile, edition, out]) {
  const folder = process.env.OPEN_SWARM_RESOURCES ?? resources;
  if (command === 'new-key' && keyFile !== undefined) newKey(keyFile, path.join(folder, 'publisher.json'));
  else if (command === 'sign' && out !== undefined && Number.isSafeInteger(Number(edition)) && Number(edition) > 0)
    sign(keyFile, Number(edition), out, path.join(folder, 'catalogue.json'));
  else {
    console.error(usage);
    return 2;
  }
  return 0;
}

process.exitCode = main(process.argv.slice(2));
