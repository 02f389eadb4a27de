import { createCipheriv, createDecipheriv } from 'node:crypto';
import { base64urlnopad } from '@scure/base';

/** Encrypts text with AES-256-GCM: nonce, ciphertext and tag together in base64url. `nonce`: 12 fresh random bytes. */
export function encryptText(key: Uint8Array, nonce: Uint8Array, plain: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return base64urlnopad.encode(Buffer.concat([nonce, body, cipher.getAuthTag()]));
}

/** Decrypts; null when the key is wrong or a byte was changed. */
export function decryptText(key: Uint8Array, sealed: string): string | null {
  try {
    const bytes = Buffer.from(base64urlnopad.decode(sealed));
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
