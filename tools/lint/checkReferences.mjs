// What documents and comments refer to must exist: sections that are cited, links, and names in back ticks.
import path from 'node:path';

const rulesFile = 'docs/rules.md';
const trustFile = 'docs/trust.md';
const requirementsFile = 'docs/requirements.md';
const decisionsFile = 'ARCHITECTURE.md';

/** Generated from the packages, in their own words. */
const foreignDocuments = new Set(['THIRD-PARTY-NOTICES.md']);

const number = String.raw`\d+(?:\.\d+)*`;
const sectionCitation = new RegExp(String.raw`\b([Rr]ules|[Tt]rust) (${number}(?:(?:, | and )${number})*)`, 'g');
const paperCitation = new RegExp(String.raw`\bpaper (00\d §${number})`, 'g');
const decisionCitation = /\bdecisions? (\d+(?:(?:, | and )\d+)*)/g;

/** Forms of citations that name documents outside of the repository. */
const oldForms = [
  /\b(?:RULES|TRUST|DESIGN|STYLE|HOUSE|STACK|SCALE|DEFENCES|WAYS-IN|INTERFACE|PERFORMANCE)(?:\.md\b|(?= §?\d)|(?=, [A-Z])|(?=\)))/g,
  /\bARCHITECTURE(?= §?\d)/g,
];
const barePaper = /(?<!paper )(?<![\d.,])\b00[0-4] §?\d/g;

/** Every dangling reference in the given files (repository paths); `read` gives a file's text or undefined. */
export function checkReferences(files, read) {
  return [...checkCitations(files, read), ...checkLinks(files, read), ...checkMentions(files, read)];
}

/** Citations of sections, requirements and decisions that do not exist, and citations in a form that is not ours. */
export function checkCitations(files, read) {
  const known = {
    rules: headingNumbers(read(rulesFile) ?? ''),
    trust: headingNumbers(read(trustFile) ?? ''),
    papers: requirementRows(read(requirementsFile) ?? ''),
    decisions: new Set([...(read(decisionsFile) ?? '').matchAll(/^(\d+)\. /gm)].map(([, each]) => each)),
  };
  return files
    .filter((file) => /\.(?:tsx?|mjs|md)$/.test(file) && !isAboutReferences(file))
    .flatMap((file) =>
      (read(file) ?? '')
        .split('\n')
        .flatMap((line, index) => citationProblems(file, line, known).map((text) => `${file}:${index + 1}: ${text}`)),
    );
}

function isAboutReferences(file) {
  return file.startsWith('tools/lint/') || file.startsWith('test/unit/tools/') || foreignDocuments.has(file);
}

function citationProblems(file, line, known) {
  const missing = [
    ...[...line.matchAll(sectionCitation)].flatMap(([, document, list]) =>
      numbersIn(list)
        .filter((each) => !known[document.toLowerCase()].has(each))
        .map((each) => `${document} ${each}`),
    ),
    ...[...line.matchAll(paperCitation)].filter(([, row]) => !known.papers.has(row)).map(([text]) => text),
    ...[...line.matchAll(decisionCitation)].flatMap(([, list]) =>
      numbersIn(list)
        .filter((each) => !known.decisions.has(each))
        .map((each) => `decision ${each}`),
    ),
  ];
  const forms = file === requirementsFile ? oldForms : [...oldForms, barePaper];
  const old = forms.flatMap((form) => [...line.matchAll(form)].map(([text]) => text));
  return [
    ...missing.map((text) => `cites "${text}", which does not exist`),
    ...old.map((text) => `cites "${text}"; write "rules 4.2", "trust 4.1", "paper 001 §5.2.1" or "decision 9"`),
  ];
}

function numbersIn(list) {
  return list.split(/, | and /);
}

/** Numbers that the headings of a document begin with. */
function headingNumbers(text) {
  return new Set([...text.matchAll(new RegExp(String.raw`^#{2,3} (${number})[ .]`, 'gm'))].map(([, each]) => each));
}

/** Requirements that have a row, such as `001 §5.2.1`; one row may cover several. */
function requirementRows(text) {
  const cells = [...text.matchAll(/^\|([^|]*)\|/gm)].map(([, cell]) => cell);
  return new Set(cells.flatMap((cell) => [...cell.matchAll(new RegExp(`00\\d §${number}`, 'g'))].map(([row]) => row)));
}

/** Relative links in documents whose file or heading does not exist. */
export function checkLinks(files, read) {
  const places = placesOf(files);
  return documentsOf(files).flatMap((file) =>
    proseLines(read(file) ?? '').flatMap(({ line, at }) =>
      [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
        .filter(([, target]) => !isLinkGood(file, target, { places, read }))
        .map(([, target]) => `${file}:${at}: the link ${target} leads nowhere`),
    ),
  );
}

function isLinkGood(file, target, { places, read }) {
  if (/^[a-z]+:/.test(target)) return true;
  const [address, anchor] = target.split('#');
  const to = address === '' ? file : path.posix.join(path.posix.dirname(file), address);
  if (!places.has(to.replace(/\/$/, ''))) return false;
  return anchor === undefined || !to.endsWith('.md') || anchorsOf(read(to) ?? '').has(anchor);
}

/** Anchors of a document's headings, as the usual hosts make them. */
function anchorsOf(text) {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

/** Paths, file names and identifiers in back ticks that do not exist. */
export function checkMentions(files, read) {
  const places = placesOf(files);
  const tops = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  const words = wordsOf(files, read);
  const aliases = Object.entries(JSON.parse(read('package.json') ?? '{}').imports ?? {});
  return documentsOf(files).flatMap((file) =>
    proseLines(read(file) ?? '').flatMap(({ line, at }) =>
      [...line.matchAll(/`([^`]+)`/g)]
        .flatMap(([, text]) => expand(text))
        .filter((text) => !isMentionGood(text, { file, places, tops, words, aliases }))
        .map((text) => `${file}:${at}: \`${text}\` exists nowhere`),
    ),
  );
}

function isMentionGood(text, { file, places, tops, words, aliases }) {
  if (/^(?:[A-Z][A-Za-z]+|[a-z]+[A-Z][A-Za-z]*)$/.test(text)) return words.has(text);
  if (!/^[#\w@.-]+(?:\/[\w@.-]+)*\/?$/.test(text)) return true;
  const asked = withoutAlias(text, aliases).replace(/\/$/, '');
  const isPath = (asked.includes('/') && tops.has(asked.split('/')[0])) || /\.(?:tsx?|mjs)$/.test(asked);
  if (!isPath) return true;
  const near = path.posix.join(path.posix.dirname(file), asked);
  // The end of a path is enough: the sentence may name the folder, or the file name may be unique.
  return places.has(asked) || places.has(near) || [...places].some((place) => place.endsWith(`/${asked}`));
}

function withoutAlias(text, aliases) {
  for (const [alias, target] of aliases) {
    const stem = alias.slice(0, -1);
    if (text.startsWith(stem)) return target.slice(2, -1) + text.slice(stem.length);
  }
  return text;
}

/** `#shared/{api,domain}` names two places. */
function expand(text) {
  const found = /^([^{}\s]*)\{([\w,.-]+)\}([^{}\s]*)$/.exec(text);
  if (found === null) return [text];
  const [, before, list, after] = found;
  return list.split(',').map((each) => `${before}${each}${after}`);
}

function documentsOf(files) {
  return files.filter((file) => file.endsWith('.md') && !foreignDocuments.has(file));
}

/** Files and all folders above them. */
function placesOf(files) {
  const places = new Set(files);
  for (const file of files) {
    for (let folder = path.posix.dirname(file); folder !== '.'; folder = path.posix.dirname(folder)) places.add(folder);
  }
  return places;
}

/** Every word in the sources and in file names. */
function wordsOf(files, read) {
  const sources = files.filter((file) => /\.(?:tsx?|mjs|py|css|json|toml)$/.test(file) && !file.includes('fixtures/'));
  const words = new Set();
  for (const file of sources) {
    const text = `${path.posix.basename(file)} ${read(file) ?? ''}`;
    for (const [word] of text.matchAll(/[A-Za-z]\w*/g)) words.add(word);
  }
  return words;
}

/** Lines outside of code blocks, with their numbers. */
function proseLines(text) {
  let isCode = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) isCode = !isCode;
    return isCode ? [] : [{ line, at: index + 1 }];
  });
}
