/** What came to a worker topic while a test waited there. */
export interface Arrivals {
  /** False: the stand-in could not receive anything yet. */
  readonly isConnected: boolean;
  /** Requests that did not fit. */
  readonly held: readonly string[];
  /** Requests whose deadline had passed. */
  readonly expired: readonly string[];
  /** Records that are not frames. */
  readonly invalid: readonly string[];
  /** The number of requests that were answered. */
  readonly answered: number;
}

const SHOWN = 5;

/** A request in a sentence: its command, if its class has one, and its path. */
export function describeFrame(frame: unknown, path: readonly bigint[] | undefined): string {
  const command = typeof frame === 'object' && frame !== null && 'command' in frame ? frame.command : undefined;
  const name = typeof command === 'string' ? `"${command}"` : 'a request';
  return path === undefined ? name : `${name} with path ${path.join('/')}`;
}

/** Lists what arrived instead of the request that a test waited for. */
export function describeArrivals(topic: string, arrivals: Arrivals): { sentence: string; hint: string } {
  const { isConnected, held, expired, invalid, answered } = arrivals;
  if (!isConnected) {
    const sentence = 'the stand-in for the worker had not joined its group yet';
    return { sentence, hint: 'Give expect_request a longer timeout_ms, or look at the brokers.' };
  }
  const parts = [
    ...(held.length === 0 ? [] : [`${listed(held)} arrived instead, and is waiting for an answer`]),
    ...(expired.length === 0 ? [] : [`${listed(expired)} arrived after its deadline`]),
    ...(invalid.length === 0 ? [] : [`${invalid.length} records are not frames (${listed(invalid)})`]),
  ];
  const before = answered === 0 ? '' : ` besides the ${answered} that were answered before`;
  if (parts.length > 0) {
    return {
      sentence: `${parts.join('; ')}${before}`,
      hint: 'If one of these should be answered, compare it with command and where of expect_request. A request also waits for those of its path before it.',
    };
  }
  return {
    sentence: `no request arrived on the topic ${topic}${before}`,
    hint: 'Check that the code under test uses the settings that expect_request has, and sends its request before this time is over.',
  };
}

function listed(texts: readonly string[]): string {
  const more = texts.length - SHOWN;
  return texts.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
