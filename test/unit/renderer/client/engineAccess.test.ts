// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest';
import { browserAccess, takeCode } from '#renderer/client/engineAccess.ts';

const key = 'k'.repeat(43);

beforeEach(() => {
  localStorage.clear();
  window.history.replaceState(null, '', '/');
});

describe('browser access to the engine', () => {
  it('removes the code from the URL', () => {
    window.history.replaceState(null, '', `/?a=1#code=one.${key}`);
    expect(takeCode(window)).toBe(`one.${key}`);
    expect(window.location.href).not.toContain(key);
    expect(window.location.hash).toBe('#/');
    expect(takeCode(window)).toBeNull();
  });

  it('leaves other URLs alone and ignores a malformed code', () => {
    window.history.replaceState(null, '', '/#/tasks');
    expect(takeCode(window)).toBeNull();
    expect(window.location.hash).toBe('#/tasks');
    window.history.replaceState(null, '', '/#code=<script>');
    expect(takeCode(window)).toBeNull();
    expect(window.location.hash).toBe('#/');
  });

  it('tries the code first, then the stored secret, and uses each code once', () => {
    const access = browserAccess('http://127.0.0.1:1', `code.${key}`, localStorage);
    expect(access.secrets()).toEqual([`code.${key}`]);
    access.keep(`browser.${key}`);
    expect(access.secrets()).toEqual([`browser.${key}`]);
    expect(browserAccess('http://127.0.0.1:1', null, localStorage).secrets()).toEqual([`browser.${key}`]);
  });

  it('drops a secret that the engine no longer accepts', () => {
    const access = browserAccess('http://127.0.0.1:1', `code.${key}`, localStorage);
    access.keep(`browser.${key}`);
    access.forget(`other.${key}`);
    expect(access.secrets()).toHaveLength(1);
    access.forget(`browser.${key}`);
    expect(access.secrets()).toEqual([]);
  });
});
