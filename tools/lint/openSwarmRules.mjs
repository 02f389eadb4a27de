// Lint rules of this project that no ready-made rule expresses. oxlint loads them as a plugin (see .oxlintrc.json).
import path from 'node:path';
import { checkImport } from './checkImport.mjs';
import { readImportTable } from './importTable.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const table = readImportTable(root);

function repositoryPath(context) {
  return path.relative(root, context.filename).replaceAll('\\', '/');
}

/** Imports follow the READMEs of the rooms; no ../../. */
const importTable = {
  create(context) {
    const file = repositoryPath(context);
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const problem = checkImport(file, node.source.value, table);
      if (problem !== undefined) context.report({ node: node.source, message: problem });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const hiddenCalls = new Map([
  ['Date.now', 'time'],
  ['performance.now', 'time'],
  ['Math.random', 'randomness'],
  ['crypto.randomUUID', 'randomness'],
  ['crypto.randomBytes', 'randomness'],
  ['crypto.getRandomValues', 'randomness'],
]);
const hiddenFunctions = new Map([
  ['setTimeout', 'a timer'],
  ['setInterval', 'a timer'],
  ['setImmediate', 'a timer'],
  ['randomUUID', 'randomness'],
  ['randomBytes', 'randomness'],
  ['randomInt', 'randomness'],
]);

function hiddenInput(callee) {
  if (callee.type === 'Identifier') return hiddenFunctions.get(callee.name);
  if (callee.type !== 'MemberExpression' || callee.computed || callee.object.type !== 'Identifier') return undefined;
  return hiddenCalls.get(`${callee.object.name}.${callee.property.name}`);
}

/** Rooms with pure rules take time, randomness and timers as arguments. */
const noHiddenInput = {
  create(context) {
    const report = (node, what) => context.report({ node, message: `This room takes ${what} as an argument.` });
    return {
      CallExpression(node) {
        const what = hiddenInput(node.callee);
        if (what !== undefined) report(node, what);
      },
      NewExpression(node) {
        if (node.callee.name === 'Date' && node.arguments.length === 0) report(node, 'time');
      },
    };
  },
};

/** State lives in objects that the composition root creates, so that two programs fit into one process. */
const noModuleState = {
  create(context) {
    const check = (declaration) => {
      if (declaration?.type !== 'VariableDeclaration') return;
      if (declaration.kind !== 'const') {
        context.report({ node: declaration, message: 'No module-level state: create it in the composition root.' });
      }
      for (const { init } of declaration.declarations) {
        const empty = init?.type === 'NewExpression' && init.arguments.length === 0;
        if (empty && ['Map', 'Set', 'WeakMap', 'WeakSet'].includes(init.callee.name)) {
          context.report({
            node: declaration,
            message: 'No module-level state: an empty collection is only useful if it changes.',
          });
        }
      }
    };
    return {
      Program(node) {
        for (const statement of node.body) {
          check(statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement);
        }
      },
    };
  },
};

const transports = new Set(['socket', 'ipcMain', 'ipcRenderer', 'webContents']);
const sending = new Set(['emit', 'emitWithAck', 'send', 'handle', 'invoke', 'timeout']);

/** Only transport files send raw messages; everything else calls their typed functions. */
const sendInTransport = {
  create(context) {
    return {
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || !sending.has(callee.property.name)) return;
        const name = callee.object.type === 'MemberExpression' ? callee.object.property.name : callee.object.name;
        if (transports.has(String(name).replace(/^#/, ''))) {
          context.report({ node, message: 'Raw sends belong in a transport file (named …Transport.ts).' });
        }
      },
    };
  },
};

function isParsedJson(node) {
  const inner = node.type === 'AwaitExpression' ? node.argument : node;
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return false;
  const { object, property } = inner.callee;
  return (object.name === 'JSON' && property.name === 'parse') || (property.name === 'json' && inner !== node);
}

/** Input from outside is parsed by a schema; a type assertion would check nothing. */
const noAssertedInput = {
  create(context) {
    return {
      TSAsExpression(node) {
        const { expression } = node;
        const claimed = node.typeAnnotation.type !== 'TSUnknownKeyword';
        const double = expression.type === 'TSAsExpression' && expression.typeAnnotation.type === 'TSUnknownKeyword';
        if (claimed && (isParsedJson(expression) || double)) {
          context.report({ node, message: 'Parse it with a schema instead of asserting its type.' });
        }
      },
    };
  },
};

export default {
  meta: { name: 'open-swarm' },
  rules: {
    'import-table': importTable,
    'no-asserted-input': noAssertedInput,
    'no-hidden-input': noHiddenInput,
    'no-module-state': noModuleState,
    'send-in-transport': sendInTransport,
  },
};
