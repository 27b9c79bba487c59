import type { SanityReport } from './schema.js';

/**
 * The checks as JUnit XML, for CI systems. Our own writer, because the maintained one for Node (junit-report-builder)
 * cannot write the reason of a skipped check.
 */
export function junitOf({ checks, ms, run_id, verdict, reason }: SanityReport): string {
  const cases = checks.map(({ id, title, outcome, ms: took, evidence, hint, code }) => {
    const content =
      outcome === 'fail'
        ? failure(code ?? 'failed', evidence, hint)
        : outcome === 'skipped'
          ? `<skipped message="${escaped(evidence)}"/>`
          : `<system-out>${escaped(evidence)}</system-out>`;
    return testcase(title, id, took, content);
  });
  // A run may have no failed check, and yet no verdict, or an unhealthy one because of its ledger.
  const isHealthy = verdict === 'healthy';
  const why = reason ?? `the verdict is ${verdict}`;
  cases.push(testcase('verdict', 'verdict', 0, isHealthy ? '' : failure(verdict, why, '')));
  const count = (outcome: string): number => checks.filter((check) => check.outcome === outcome).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="sanity ${run_id}" tests="${cases.length}" failures="${count('fail') + (isHealthy ? 0 : 1)}" skipped="${count('skipped')}" time="${(ms / 1000).toFixed(3)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testcase(name: string, id: string, ms: number, content: string): string {
  const head = `    <testcase classname="sanity" name="${escaped(name)}" id="${id}" time="${(ms / 1000).toFixed(3)}"`;
  return content === '' ? `${head}/>` : `${head}>\n      ${content}\n    </testcase>`;
}

function failure(type: string, message: string, text: string): string {
  return `<failure type="${escaped(type)}" message="${escaped(message)}">${escaped(text)}</failure>`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return (
    text
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
      // XML 1.0 cannot represent these.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
  );
}
