import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';

/** Highlighted languages; few, because each one is downloaded. */
export const grammars = { bash, c, cpp, css, go, java, javascript, json, python, rust, sql, typescript, xml } as const;

const highlighter = hljs.newInstance();
for (const [name, grammar] of Object.entries(grammars)) highlighter.registerLanguage(name, grammar);

/** Code as highlighted HTML. highlight.js escapes the text, so it cannot inject markup. */
export function highlight(code: string, language: string): string {
  return highlighter.getLanguage(language) === undefined
    ? highlighter.highlightAuto(code).value
    : highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}
