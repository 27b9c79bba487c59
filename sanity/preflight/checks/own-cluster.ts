import type { OwnClusterOptions, StackOptions } from '../../../lib/context.js';
import type { Account } from '../../../aws/account.js';
import { fail, isOwn, pass, warn, type Check } from '../../checks/check.js';

function own({ cluster }: StackOptions): OwnClusterOptions {
  if (cluster.kind !== 'own') throw new Error('a check of a cluster of our own was asked about another');
  return cluster;
}

/**
 * The zones that the stack would take. Without names it asks `Fn::GetAZs`, which gives the zones that have a default
 * subnet, and all of them only where none has one (AWS: "Fn::GetAZs").
 *
 * @param there the region's zones. @default the account is asked for them
 */
async function zonesFor(
  account: Account,
  { azs, availabilityZones }: OwnClusterOptions,
  there?: readonly string[],
): Promise<readonly string[]> {
  if (availabilityZones !== undefined) return availabilityZones;
  const [all, defaults] = await Promise.all([there ?? account.zones(), account.zonesWithDefaultSubnet()]);
  const given = defaults.length === 0 ? all : all.filter((zone) => defaults.includes(zone));
  return given.slice(0, azs);
}

export const zones: Check = {
  head: { id: 'zones', title: 'availability zones' },
  concerns: isOwn,
  async look({ account, options, region }) {
    const cluster = own(options);
    const { azs, availabilityZones } = cluster;
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
    const taken = await zonesFor(account, cluster, there);
    if (taken.length < azs) {
      return fail(
        'config_invalid',
        `CloudFormation takes zones with a default subnet, which only ${taken.join(', ')} has, and azs is ${azs}`,
        `-c availabilityZones=${there.slice(0, azs).join(',')} needs no default subnets.`,
      );
    }
    const which =
      availabilityZones === undefined ? ': what CloudFormation takes; -c availabilityZones=… takes others' : '';
    return pass(`${taken.join(', ')}${which}`);
  },
};

/** MSK itself answers only a CreateCluster; what EC2 has is the nearest that can be asked. */
export const instanceType: Check = {
  head: { id: 'instance_type', title: 'instance type of the brokers' },
  concerns: isOwn,
  async look({ account, options }) {
    const cluster = own(options);
    const { instanceType: type, azs } = cluster;
    const name = type.replace(/^kafka\./, '');
    const [taken, offered] = await Promise.all([zonesFor(account, cluster), account.zonesWith(name)]);
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
