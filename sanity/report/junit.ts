import type { SanityReport } from './schema.js';

/**
 * The checks as JUnit XML, for CI systems. Our own writer, because the maintained one for Node (junit-report-builder)
 * cannot write the reason of a skipped check.
 */
export function junitOf({ checks, ms, run_id, verdict, reason }: SanityReport): string {
  const cases = checks.map(({ id, title, outcome, ms: took, evidence, hint, code }) => {
    const head = `    <testcase classname="sanity" name="${escaped(title)}" id="${id}" time="${(took / 1000).toFixed(3)}"`;
    if (outcome === 'fail') {
      return `${head}>\n      <failure type="${escaped(code ?? 'failed')}" message="${escaped(evidence)}">${escaped(hint)}</failure>\n    </testcase>`;
    }
    if (outcome === 'skipped') return `${head}>\n      <skipped message="${escaped(evidence)}"/>\n    </testcase>`;
    return `${head}>\n      <system-out>${escaped(evidence)}</system-out>\n    </testcase>`;
  });
  // A run may have no failed check, and yet no verdict, or an unhealthy one because of its ledger.
  const isHealthy = verdict === 'healthy';
  const why = escaped(reason ?? `the verdict is ${verdict}`);
  cases.push(
    isHealthy
      ? `    <testcase classname="sanity" name="verdict" id="verdict" time="0.000"/>`
      : `    <testcase classname="sanity" name="verdict" id="verdict" time="0.000">\n      <failure type="${verdict}" message="${why}"></failure>\n    </testcase>`,
  );
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

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return (
    text
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
      // XML 1.0 cannot represent these.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
  );
}
