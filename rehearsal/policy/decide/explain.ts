import { answerOption } from '../../answers.js';
import type { OpenKey } from './applies.js';
import type { Layer, NearMiss, Ruling } from './decide.js';
import type { PolicyStatement } from '../document/statement.js';

/** Why an action is allowed or denied to a role: one clause without a full stop. */
export function explainRuling(ruling: Ruling): string {
  switch (ruling.decision) {
    case 'allowed':
      return 'the policies allow it';
    case 'explicitly denied':
      return `${describeStatement(ruling.statement)}${ofLayer(ruling.layer)} denies it`;
    case 'denied':
      return [nothingAllows(ruling.layer, ruling.name), ...ruling.but.slice(0, 2).map(butFor)].join('; ');
    case 'unknown':
      return `it depends on ${keyNames(ruling.keys).join(' and ')}, and no value is given (${keyNames(ruling.keys)
        .map((key) => answerOption(key))
        .join(' ')})`;
  }
}

/** "worker.json.Statement[2] (Sid NoDeletes)" */
export function describeStatement({ path, sid }: PolicyStatement): string {
  return sid === undefined ? path : `${path} (Sid ${sid})`;
}

const layers: Readonly<Record<Layer, string>> = {
  own: '',
  scp: 'the service control policy',
  boundary: 'the permissions boundary',
  session: 'the session policy',
  cluster: 'the cluster’s policy',
};

function ofLayer(layer: Layer): string {
  return layers[layer] === '' ? '' : ` of ${layers[layer]}`;
}

function nothingAllows(layer: Layer, name: string): string {
  if (layer === 'own') return `no statement of ${name} allows it`;
  const called = name === layers[layer] ? layers[layer] : `${layers[layer]} ${name}`;
  return `no statement of ${called} allows it`;
}

function butFor({ statement, failed }: NearMiss): string {
  return `${describeStatement(statement)} would allow it, but its condition on ${failed.key} does not hold`;
}

function keyNames(keys: readonly OpenKey[]): string[] {
  return [...new Map(keys.map(({ key }) => [key.toLowerCase(), key])).values()];
}
