/**
 * Writes rehearsal/gateway/names/layouts.ts from Apache Kafka's own definitions of its messages:
 * `tsx scripts/generate-request-names.ts kafka-clients-4.1.0.jar kafka-clients-3.9.1.jar`, the newest first.
 */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { requestDefinitions } from './kafka/message-definitions.js';
import { namesInRequests } from './kafka/request-names.js';

const jars = process.argv.slice(2);
const all = namesInRequests(jars.map(requestDefinitions));

const rows = all.map(({ apiKey, name, flexibleFrom, layouts }) => {
  const versions = [...layouts].sort(([one], [other]) => one - other);
  const ranges: [number, string][] = [];
  for (const [version, layout] of versions) if (ranges.at(-1)?.[1] !== layout) ranges.push([version, layout]);
  const texts = ranges.map(([from, layout]) => `      ${from}: '${layout}',`);
  return [
    `  // ${name}`,
    `  ${apiKey}: {`,
    `    flexibleFrom: ${flexibleFrom ?? 'Infinity'},`,
    `    last: ${versions.at(-1)?.[0] ?? 0},`,
    '    from: {',
    ...texts,
    '    },',
    '  },',
  ].join('\n');
});

const TEXT = `/**
 * Where Kafka's requests have the names of topics, groups and transactional ids. Written by
 * scripts/generate-request-names.ts from the definitions in ${jars.map((jar) => basename(jar)).join(' and ')}.
 */
export interface RequestLayouts {
  /** From this version on, lengths are compact and structures end in tagged fields. */
  readonly flexibleFrom: number;
  /** The newest version that is known. */
  readonly last: number;
  /** By the first version that has it; see fields.ts for how to read one. */
  readonly from: Readonly<Record<number, string>>;
}

export const requestLayouts: Readonly<Record<number, RequestLayouts | undefined>> = {
${rows.join('\n')}
};
`;
writeFileSync(join(import.meta.dirname, '..', 'rehearsal', 'gateway', 'names', 'layouts.ts'), TEXT);
