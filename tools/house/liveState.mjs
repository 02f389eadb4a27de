// Finds the writers of live task state: files that keep live tasks or runs in a collection of their own, and files that
// assign fields of one.

const liveTypes = ['LiveTask', 'LiveRun'];
const collection = new RegExp(String.raw`\bnew (?:Map|Set)<[^>]*\b(?:${liveTypes.join('|')})\b[^>]*>`);
const variable = String.raw`(?:\b(?:task|live|run)|\b[a-z]\w*(?:Task|Run)|\.run)\??`;

/** Source files that write the state of live tasks or runs. */
export function writersOfLiveState(files, read) {
  const fields = liveTypes.flatMap((type) => fieldsOf(type, files, read));
  const name = String.raw`${variable}\.(?:${fields.join('|')})`;
  const assignment = new RegExp(String.raw`${name} [-+*/|&?]{0,2}=(?!=)|${name}(?:\+\+|--)`);
  return files.filter((file) => {
    const text = read(file) ?? '';
    return collection.test(text) || (fields.length > 0 && assignment.test(text));
  });
}

/** Fields of an interface that may be assigned. */
function fieldsOf(type, files, read) {
  const declaration = new RegExp(String.raw`^(?:export )?interface ${type} (?:extends [^{]+)?\{\n([\s\S]*?)^\}`, 'm');
  const body = files.map((file) => declaration.exec(read(file) ?? '')?.[1]).find((found) => found !== undefined);
  return Array.from((body ?? '').matchAll(/^ {2}(\w+)\??:/gm), ([, field]) => field);
}
