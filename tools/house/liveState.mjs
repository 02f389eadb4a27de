// Finds the writers of live task state: assignments to fields of these types that are not readonly.

const liveTypes = ['LiveTask', 'LiveRun'];
const variables = String.raw`(?:\b(?:task|live|run)|\b[a-z]\w*(?:Task|Run)|\.run)\??`;

/** Files in which a field of a live task or run is assigned. `files` are the coordinator's source files. */
export function writersOfLiveState(files, read) {
  const fields = liveTypes.flatMap((type) => mutableFields(type, files, read));
  if (fields.length === 0) return [];
  const assignment = new RegExp(
    String.raw`${variables}\.(?:${fields.join('|')}) (?:[-+*/|&?]{0,2}=)(?!=)|${variables}\.(?:${fields.join('|')})(?:\+\+|--)`,
  );
  return files.filter((file) => assignment.test(read(file) ?? ''));
}

function mutableFields(type, files, read) {
  const declaration = new RegExp(String.raw`^(?:export )?interface ${type} (?:extends [^{]+)?\{\n([\s\S]*?)^\}`, 'm');
  const body = files.map((file) => declaration.exec(read(file) ?? '')?.[1]).find((found) => found !== undefined);
  return Array.from((body ?? '').matchAll(/^ {2}(\w+)\??:/gm), ([, field]) => field);
}
