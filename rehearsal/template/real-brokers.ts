import { ANY_DOMAIN } from '../../src/base/aws-partitions.js';
import { answerOption } from '../answers.js';
import { problem, Problems } from '../problem.js';
import type { FunctionModel } from './model.js';

/**
 * A broker of a real cluster, with MSK's name: "b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com", with or without a
 * port.
 */
const ADDRESS = String.raw`(?:[\w-]+\.)+kafka(?:-serverless)?\.[a-z0-9-]+\.${ANY_DOMAIN}(?::\d+)?(?![\w.-])`;
/** Several brokers, separated by commas. */
const list = new RegExp(`${ADDRESS}(?:\\s*,\\s*${ADDRESS})*`, 'gi');
const every = new RegExp(ADDRESS, 'gi');
const single = new RegExp(`^${ADDRESS}$`, 'i');

/** IAM inside of the VPC, and public. */
const iamPorts = [9098, 9198];
/** IAM from other VPCs: each broker has a port in this range, at a host with `.iam.` in its name. */
const otherVpcs = { host: /^[\w-]+\.iam\./i, first: 14_001, last: 14_100 };

function isIamListener(address: string, port: number): boolean {
  return iamPorts.includes(port) || (otherVpcs.host.test(address) && port >= otherVpcs.first && port <= otherVpcs.last);
}

/** An address of an IAM listener of a real cluster. */
export interface IamAddress {
  readonly address: string;
  readonly port: number;
  /** Whether each broker has a port of its own there, so that a client needs all of them. */
  readonly hasPortPerBroker: boolean;
}

/** The addresses of IAM listeners of real clusters in a function's variables. */
export function iamAddressesIn(environment: Readonly<Record<string, string>>): IamAddress[] {
  const addresses = Object.values(environment).flatMap((value) => value.match(every) ?? []);
  return [...new Set(addresses)].flatMap((address) => {
    const port = portOf(address);
    if (port === undefined || !isIamListener(address, port)) return [];
    return [{ address, port, hasPortPerBroker: !iamPorts.includes(port) }];
  });
}

/**
 * A function's variables with the addresses of a real cluster replaced, wherever they are in a string. The template of
 * a stack with an existing cluster contains its real addresses, and a rehearsal must never reach that cluster.
 *
 * @param bootstrapBrokers the brokers that replace the cluster
 * @returns also the names of the changed variables, for the report
 * @throws pubsub_error `template_refused` for an address of a listener other than IAM's, and for a host without a
 * port
 */
export function withoutRealBrokers(
  { environment, logicalId }: Pick<FunctionModel, 'environment' | 'logicalId'>,
  bootstrapBrokers: string,
): { environment: Record<string, string>; replaced: string[] } {
  const brokers = bootstrapBrokers.split(',');
  const replaced: string[] = [];
  const problems = new Problems();
  const changed = Object.entries(environment).map(([name, value]): [string, string] => {
    const refuse = (sentence: string): void => {
      const key = `${logicalId}.Environment.Variables.${name}`;
      const path = `Resources.${logicalId}.Properties.Environment.Variables.${name}`;
      problems.add(problem(path, sentence, undefined, [answerOption(key, '')]));
    };
    const own = inJson(value, brokers, refuse) ?? inText(value, brokers, refuse);
    if (own !== value) replaced.push(name);
    return [name, own];
  });
  problems.throwIfAny();
  return { environment: Object.fromEntries(changed), replaced };
}

/** Does not throw: all wrong addresses are reported at once. */
type Refuse = (sentence: string) => void;

/** Replaces one address, or several separated by commas, by all brokers, anywhere in a string. */
function inText(text: string, brokers: readonly string[], refuse: Refuse): string {
  return text.replaceAll(list, (found: string, at: number, whole: string) => {
    for (const one of found.split(',')) checkListener(one.trim(), refuse);
    // Other addresses in the same list belong to an unknown cluster.
    const [before, after] = [whole.slice(0, at), whole.slice(at + found.length)];
    if (/[\w.-]:\d+\s*,\s*$/.test(before) || /^\s*,\s*[\w.-]+:\d+/.test(after)) {
      refuse(`${whole} also contains brokers of a cluster other than the rehearsed one`);
    }
    return brokers.join(',');
  });
}

/** In JSON, a list has one address in each of its strings. Undefined for what is not JSON with an address. */
function inJson(text: string, brokers: readonly string[], refuse: Refuse): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const changed = JSON.stringify(replacedIn(value, brokers, refuse));
  return changed === JSON.stringify(value) ? undefined : changed;
}

function replacedIn(value: unknown, brokers: readonly string[], refuse: Refuse): unknown {
  if (typeof value === 'string') return inText(value, brokers, refuse);
  if (Array.isArray(value)) {
    const items = value as unknown[];
    const isList = items.length > 0 && items.every((item) => typeof item === 'string' && single.test(item.trim()));
    if (!isList) return items.map((item) => replacedIn(item, brokers, refuse));
    for (const item of items) checkListener(String(item).trim(), refuse);
    return [...brokers];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replacedIn(part, brokers, refuse)]));
}

function checkListener(broker: string, refuse: Refuse): void {
  const port = portOf(broker);
  if (port === undefined) {
    refuse(
      `${broker} is the address of a broker without a port; add the port, so that the rehearsal can replace the address`,
    );
    return;
  }
  if (!isIamListener(broker, port)) {
    refuse(`${broker} is not an IAM listener (ports 9098, 9198 and 14001–14100), and a rehearsal has no other`);
  }
}

function portOf(address: string): number | undefined {
  const port = /:(\d+)$/.exec(address)?.[1];
  return port === undefined ? undefined : Number(port);
}
