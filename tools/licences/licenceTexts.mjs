import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** All licence texts, each once with the packages it applies to. Packages that are not installed are skipped. */
export function licenceTexts(root, packages) {
  const holders = new Map();
  for (const { name, version, licence, place } of packages) {
    const folder = path.join(root, place);
    if (!existsSync(folder)) continue;
    const text =
      readLicence(folder) ??
      readLicence(path.join(root, besides(name))) ??
      `(The package names its licence, ${licence}, without a text.)`;
    holders.set(text, [...(holders.get(text) ?? []), `${name}@${version}`]);
  }
  return [...holders].map(([text, names]) => `${names.join(', ')}\n\n${text.trim()}\n`).join(`\n${'-'.repeat(72)}\n\n`);
}

/** The folder of the package that a native package belongs to; koffi's native packages carry no licence text. */
function besides(name) {
  return name.startsWith('@koromix/koffi-') ? 'node_modules/koffi' : path.join('node_modules', name);
}

function readLicence(folder) {
  if (!existsSync(folder)) return undefined;
  const file = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying|mit-licen[cs]e)(?:[.-].*)?$/i.test(name));
  return file === undefined ? undefined : readFileSync(path.join(folder, file), 'utf8');
}
