import type { OwnClusterOptions, StackOptions } from '../../../lib/context.js';
import { fail, isOwn, pass, warn, type Check } from '../check.js';

function own({ cluster }: StackOptions): OwnClusterOptions {
  if (cluster.kind !== 'own') throw new Error('a check of a cluster of our own was asked about another');
  return cluster;
}

export const zones: Check = {
  head: { id: 'zones', title: 'availability zones' },
  concerns: isOwn,
  async look({ account, options, region }) {
    const { azs, availabilityZones } = own(options);
    const there = await account.zones();
    const missing = (availabilityZones ?? []).filter((zone) => !there.includes(zone));
    if (missing.length > 0) {
      return fail(
        'config_invalid',
        `${region} has no ${missing.join(', ')}`,
        `-c availabilityZones= takes ${azs} of ${there.join(', ')}.`,
      );
    }
    if (there.length < azs) {
      return fail(
        'config_invalid',
        `${region} has ${there.length}, and azs is ${azs}`,
        'Take another region, or -c azs=2.',
      );
    }
    const taken = availabilityZones ?? there.slice(0, azs);
    return pass(
      `${taken.join(', ')}${availabilityZones === undefined ? `: the first of ${there.length}; -c availabilityZones=… takes others` : ''}`,
    );
  },
};

/** MSK itself answers only a CreateCluster; what EC2 has is the nearest that can be asked. */
export const instanceType: Check = {
  head: { id: 'instance_type', title: 'instance type of the brokers' },
  concerns: isOwn,
  async look({ account, options }) {
    const { instanceType: type, azs, availabilityZones } = own(options);
    const name = type.replace(/^kafka\./, '');
    const [there, offered] = await Promise.all([account.zones(), account.zonesWith(name)]);
    const taken = availabilityZones ?? there.slice(0, azs);
    const without = taken.filter((zone) => !offered.includes(zone));
    if (without.length === 0) return pass(`EC2 has ${name} in ${taken.join(', ')} (MSK has no list of its own)`);
    return warn(
      'aws_refused',
      `EC2 has no ${name} in ${without.join(', ')}, so that MSK may refuse it there`,
      offered.length >= azs
        ? `-c availabilityZones=${offered.slice(0, azs).join(',')}`
        : 'Take -c instanceType=kafka.m5.large, or another region.',
    );
  },
};

export const kafkaVersion: Check = {
  head: { id: 'kafka_version', title: 'Kafka version' },
  concerns: isOwn,
  async look({ account, options }) {
    const { kafkaVersion: version } = own(options);
    const listed = await account.kafkaVersions();
    const found = listed.find((one) => one.version === version);
    if (found?.status === 'ACTIVE') return pass(`MSK has ${version}`);
    const active = listed.filter(({ status }) => status === 'ACTIVE').map((one) => one.version);
    const newest = active.filter((name) => /^[3-9]/.test(name)).slice(-4);
    return fail(
      'config_invalid',
      found === undefined ? `MSK has no ${version} in this region` : `MSK calls ${version} ${found.status}`,
      `-c kafkaVersion=… takes for example ${newest.join(', ')}.`,
    );
  },
};
