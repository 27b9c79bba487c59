import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What CDK says about a stack beside its template. */
export interface StackManifest {
  readonly stackName?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

const schema = z.object({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() }).optional(),
    }),
  ),
});

/**
 * The stack of this template in `manifest.json` (CDK's cloud assembly). Its environment is "aws://account/region",
 * each "unknown-…" if the app does not set it. Empty if there is no such file, or if it is not that of an assembly.
 */
export function stackManifest(folder: string, templateFile: string): StackManifest {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) return {};
  const { data } = schema.safeParse(json(readFileSync(file, 'utf8')));
  const found = Object.entries(data?.artifacts ?? {}).find(
    ([, { type, properties }]) => type === 'aws:cloudformation:stack' && properties?.templateFile === templateFile,
  );
  if (found === undefined) return {};
  const [id, { environment = '', properties }] = found;
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  return {
    stackName: properties?.stackName ?? id,
    ...(region === undefined || region.startsWith('unknown-') ? {} : { region }),
    ...(account === undefined || account.startsWith('unknown-') ? {} : { account }),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
