import { randomBytes, scrypt } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { z } from 'zod';
import { decryptText, encryptText } from './aesGcm.ts';

/** scrypt at 128 MiB: a guess costs a third of a second. */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;

/** The backup file. Everything but the means to open it is encrypted. */
const BackupFile = z.object({
  format: z.literal('open-swarm-identity'),
  version: z.literal(1),
  kdf: z.object({
    name: z.literal('scrypt'),
    N: z.literal(cost.N),
    r: z.literal(cost.r),
    p: z.literal(cost.p),
    salt: z.string().max(64),
  }),
  cipher: z.literal('aes-256-gcm'),
  data: z.string().max(8192),
});

/** The content of a backup: the account, never the node. */
export const BackupContent = z.object({ accountSeed: z.string().max(64), name: z.string().max(64) });
export type BackupContent = z.infer<typeof BackupContent>;

/** Encrypts the account under a passphrase. Resolves with JSON. */
export async function writeBackup(content: BackupContent, passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await deriveKey(passphrase, salt);
  return JSON.stringify(
    {
      format: 'open-swarm-identity',
      version: 1,
      kdf: { name: 'scrypt', ...cost, salt: base64urlnopad.encode(salt) },
      cipher: 'aes-256-gcm',
      data: encryptText(key, randomBytes(12), JSON.stringify(content)),
    } satisfies z.input<typeof BackupFile>,
    null,
    2,
  );
}

/** Decrypts a backup. Rejects with a SwarmError `passphrase_wrong`, or `invalid_message` when the text is no backup. */
export async function readBackup(text: string, passphrase: string): Promise<BackupContent> {
  const file = BackupFile.safeParse(parseJson(text));
  if (!file.success) throw new SwarmError('invalid_message', 'This is not an identity backup.', { field: 'backup' });
  const key = await deriveKey(passphrase, saltOf(file.data.kdf.salt));
  const plain = decryptText(key, file.data.data);
  const content = BackupContent.safeParse(plain === null ? null : parseJson(plain));
  if (!content.success) throw new SwarmError('passphrase_wrong');
  return content.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function saltOf(text: string): Uint8Array {
  try {
    return base64urlnopad.decode(text);
  } catch {
    throw new SwarmError('invalid_message', 'This is not an identity backup.', { field: 'backup' });
  }
}

function deriveKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: 256 * 2 ** 20 };
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
