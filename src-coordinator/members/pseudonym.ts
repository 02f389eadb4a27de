import { createHash } from 'node:crypto';

const adjectives =
  'able amber arch bold brave brisk calm civil clear cool crisp deft eager early easy fair fleet fond free fresh gentle glad grand green happy hardy humble ivory jolly keen kind lively loyal lucid mellow merry mild neat nimble noble plain proud quick quiet rapid ready sage serene sharp silver sleek smart solid spry stout sunny swift tidy true vivid warm wise';
const animals =
  'alder auk badger beaver bison bream carp civet cod crane crow curlew deer dove drake eagle egret eider elk falcon finch fox gannet gecko gull hare hawk heron ibex ibis jay kestrel kite koala lark lemur linnet lynx marten merlin mink mole moose newt ocelot orca osprey otter owl panda perch petrel pike plover puffin quail raven robin seal shrew skua snipe stork swan swift tern thrush toad trout vole walrus wren yak';

/** A name such as `brisk-otter-41` that other accounts see instead of a node's own name; always the same for one id. */
export function pseudonymOf(id: string): string {
  const [first = 0, second = 0, third = 0] = createHash('sha256').update(id).digest();
  return `${pick(adjectives, first)}-${pick(animals, second)}-${10 + (third % 90)}`;
}

function pick(words: string, index: number): string {
  const list = words.split(' ');
  return list[index % list.length] ?? '';
}
