import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FunctionAsset } from '../../local/functions/index.js';

/**
 * Loads a function as Lambda's runtime does where its log format is JSON: with a `console` whose every call writes one
 * object with timestamp, level, request id and message (aws-lambda-ric 4.0.2, logging/log-patch.js and formatter.js).
 */
export async function withLambdaConsole(asset: FunctionAsset, folder: string): Promise<FunctionAsset> {
  const program = `
    const { format } = require('node:util');
    const method = (level) => (message, ...params) => {
      const text = params.length === 0 ? message : format(message, ...params);
      const line = JSON.stringify({ timestamp: new Date().toISOString(), level, requestId: 'request', message: text });
      process.stdout.write(line.replace(/\\n/g, '\\r') + '\\n');
    };
    for (const [name, level] of [['trace'], ['debug'], ['info'], ['warn'], ['error'], ['log', 'INFO']])
      console[name] = method(level ?? name.toUpperCase());
    console.log('loaded');
    module.exports = require(${JSON.stringify(join(asset.folder, 'index.js'))});`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.js'), program);
  return { folder, handler: asset.handler };
}
