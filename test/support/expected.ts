/**
 * Differences between a result and the expected one, as sentences; empty if there are none. Everything is compared
 * exactly, and every key must be present, except for four words in the expectation: `<int>` matches a whole number
 * from 0, `<ms>` a number, `<uuid>` a UUID, `<position>` a topic, partition and offset.
 */
export function differences(expected: unknown, actual: unknown, at = 'result'): string[] {
  if (typeof expected === 'string' && expected in placeholders) {
    return placeholders[expected]!(actual) ? [] : [`${at} is ${JSON.stringify(actual)}, and is not ${expected}`];
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) {
      return [`${at} has ${actual.length} entries instead of ${expected.length}: ${JSON.stringify(actual)}`];
    }
    return expected.flatMap((entry, index) => differences(entry, actual[index], `${at}[${index}]`));
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => {
      if (!(key in actual)) return [`${at}.${key} is missing`];
      if (!(key in expected)) return [`${at}.${key} is ${JSON.stringify(actual[key])}, and was not expected`];
      return differences(expected[key], actual[key], `${at}.${key}`);
    });
  }
  return expected === actual ? [] : [`${at} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];
}

const isInt = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

const placeholders: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<int>': isInt,
  '<ms>': (value) => typeof value === 'number' && Number.isFinite(value),
  '<uuid>': (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  '<position>': (value) =>
    isObject(value) &&
    Object.keys(value).sort().join() === 'offset,partition,topic' &&
    typeof value['topic'] === 'string' &&
    isInt(value['partition']) &&
    isInt(value['offset']),
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
