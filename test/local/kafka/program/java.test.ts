import { describe, expect, test } from 'vitest';
import { isMissing } from '../../../../local/kafka/context.js';
import { findJava, parseJavaMajor } from '../../../../local/kafka/program/java.js';
import { sandbox } from '../../../support/broker-sandbox.js';

describe('the version that java -version prints', () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['Picked up JAVA_TOOL_OPTIONS: -Dx="1"\nopenjdk version "25" 2025-09-16 LTS', 25],
    ['java version "1.8.0_402"', 8],
    ['zsh: command not found: java', undefined],
  ])('%j is %s', (text, major) => expect(parseJavaMajor(text)).toBe(major));
});

describe('the search for Java', () => {
  test('finds none in an empty PATH', async () => {
    const { bare } = await sandbox('nothing');
    expect(await findJava(bare())).toEqual({ missing: 'no java is on the PATH' });
  });

  test('names both a version that is too old and a wrong JAVA_HOME', async () => {
    const { bare, program } = await sandbox('nothing');
    await program('java', `echo 'openjdk version "11.0.2" 2019-01-15' >&2`);
    expect(await findJava({ ...bare(), JAVA_HOME: '/nowhere' })).toEqual({
      missing:
        'JAVA_HOME is /nowhere, which has no bin/java, and java on the PATH is Java 11, and Kafka needs 17 or newer',
    });
  });

  test('names a Java that does not run, with its output', async () => {
    const { bare, program } = await sandbox('nothing');
    await program('java', 'echo "No Java runtime present" >&2; exit 1');
    expect(await findJava(bare())).toEqual({
      missing: 'java on the PATH does not run (No Java runtime present)',
    });
  });

  test('tries JAVA_HOME first, and then the PATH if JAVA_HOME does not work', async () => {
    const { bare, program } = await sandbox('nothing');
    await program('java', `echo 'openjdk version "21.0.2" 2024-01-16' >&2`);
    const found = await findJava({ ...bare(), JAVA_HOME: '/nowhere' });
    expect(isMissing(found) ? found : found.major).toBe(21);
  });
});
