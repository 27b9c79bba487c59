import { z } from 'zod';
import { report_schema } from '../../sanity/report/schema.js';

/** docs/sanity-report.schema.json: what `sanity --json` prints, for programs that read it. */
export function reportSchema(): string {
  const schema = z.toJSONSchema(report_schema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Sanity report, version 1', ...schema }, null, 2)}\n`;
}
