import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { IamTokens, signWithAws, type IamToken } from '../../../src/kafka/client/msk-iam-token.js';
import { refusal } from '../../support/refusal.js';

const TIMEOUT_MS = 9_000;
const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A signer with these outcomes, which counts its calls. */
function signer(outcomes: (() => Promise<IamToken>)[] = []): { sign: () => Promise<IamToken>; calls: () => number } {
  let calls = 0;
  const good = (): Promise<IamToken> =>
    Promise.resolve({ value: `token ${calls}`, expiresAtMs: Date.now() + 15 * 60_000 });
  return {
    sign: () => {
      calls += 1;
      return (outcomes.shift() ?? good)();
    },
    calls: () => calls,
  };
}

describe('tokens', () => {
  test('are created once for all connections that open at the same time, and kept for a minute', async () => {
    const { sign, calls } = signer();
    const tokens = new IamTokens(sign, TIMEOUT_MS);
    expect(await Promise.all([tokens.provide(), tokens.provide(), tokens.provide()])).toEqual(
      Array(3).fill({ value: 'token 1' }),
    );
    vi.advanceTimersByTime(59_999);
    expect(await tokens.provide()).toEqual({ value: 'token 1' });
    vi.advanceTimersByTime(1);
    expect(await tokens.provide()).toEqual({ value: 'token 2' });
    expect(calls()).toBe(2);
  });

  test('are retried three times; then the error says what to check', async () => {
    const fails = (): Promise<IamToken> => Promise.reject(new Error('no credentials'));
    const twice = signer([fails, fails]);
    expect(await new IamTokens(twice.sign, TIMEOUT_MS).provide()).toEqual({ value: 'token 3' });
    const thrice = signer([fails, fails, fails]);
    const tokens = new IamTokens(thrice.sign, TIMEOUT_MS);
    const error = await refusal(tokens.provide());
    expect(error).toMatchObject({ code: 'credentials_missing', retryable: false });
    expect(error.hint).toMatch(/credentials of this process/);
    // A failure is not cached.
    expect(await tokens.provide()).toEqual({ value: 'token 4' });
  });

  test('that expire within two minutes are not used', async () => {
    const soon = (): Promise<IamToken> => Promise.resolve({ value: 'old', expiresAtMs: Date.now() + 119_999 });
    const enough = (): Promise<IamToken> => Promise.resolve({ value: 'new', expiresAtMs: Date.now() + 120_000 });
    expect(await new IamTokens(signer([soon, enough]).sign, TIMEOUT_MS).provide()).toEqual({ value: 'new' });
    expect((await refusal(new IamTokens(signer([soon, soon, soon]).sign, TIMEOUT_MS).provide())).code).toBe(
      'credentials_missing',
    );
  });

  test('are awaited for less time than a login may take, so that it does not fail as one that no broker answers', async () => {
    const never = (): Promise<IamToken> => new Promise(() => undefined);
    const error = refusal(new IamTokens(signer([never, never, never]).sign, TIMEOUT_MS).provide());
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1_000);
    expect(vi.getTimerCount()).toBe(0);
    expect((await error).cause).toMatchObject({ message: 'no credentials within 2400 ms' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("AWS's signer", () => {
  test.each([undefined, 'session'])(
    'signs with the credentials of the environment (session token %s)',
    async (session) => {
      vi.useRealTimers();
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI');
      vi.stubEnv('AWS_SESSION_TOKEN', session);
      const { value, expiresAtMs } = await signWithAws('eu-west-1');
      const url = new URL(Buffer.from(value, 'base64url').toString());
      expect(url.host).toBe('kafka.eu-west-1.amazonaws.com');
      expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect');
      expect(url.searchParams.get('X-Amz-Credential')).toMatch(
        /^AKIDEXAMPLE\/\d{8}\/eu-west-1\/kafka-cluster\/aws4_request$/,
      );
      expect(url.searchParams.get('X-Amz-Security-Token')).toBe(session ?? null);
      expect(expiresAtMs - Date.now()).toBeGreaterThan(120_000);
      expect(expiresAtMs - Date.now()).toBeLessThan(HOUR);
    },
  );
});
