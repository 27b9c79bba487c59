import type { OwnClusterOptions, StackOptions } from '../../../lib/context.js';
import type { Account } from '../../../aws/account.js';
import { fail, pass, warn } from '../../checks/check.js';
import { isOwn, type PreflightCheck } from '../check.js';

function own({ cluster }: StackOptions): OwnClusterOptions {
  if (cluster.kind !== 'own') throw new Error('a check of a new cluster was made for another kind');
  return cluster;
}

/**
 * The zones that the stack would use. Without names it asks `Fn::GetAZs`, which returns the zones that have a default
 * subnet, and all zones only where none has one (AWS: "Fn::GetAZs").
 *
 * @param present the region's zones. @default the account is asked for them
 */
async function zonesFor(
  account: Account,
  { azs, availabilityZones }: OwnClusterOptions,
  present?: readonly string[],
): Promise<readonly string[]> {
  if (availabilityZones !== undefined) return availabilityZones;
  const [all, defaults] = await Promise.all([present ?? account.zones(), account.zonesWithDefaultSubnet()]);
  const given = defaults.length === 0 ? all : all.filter((zone) => defaults.includes(zone));
  return given.slice(0, azs);
}

export const zones: PreflightCheck = {
  id: 'zones',
  title: 'there are enough availability zones for CloudFormation to use',
  concerns: isOwn,
  async look({ account, options, region }) {
    const cluster = own(options);
    const { azs, availabilityZones } = cluster;
    const present = await account.zones();
    const missing = (availabilityZones ?? []).filter((zone) => !present.includes(zone));
    if (missing.length > 0) {
      return fail(
        'config_invalid',
        `${region} has no ${missing.join(', ')}`,
        `-c availabilityZones= takes ${azs} of ${present.join(', ')}.`,
      );
    }
    if (present.length < azs) {
      return fail(
        'config_invalid',
        `${region} has ${present.length} zones, and azs is ${azs}`,
        'Use another region, or -c azs=2.',
      );
    }
    const used = await zonesFor(account, cluster, present);
    if (used.length < azs) {
      return fail(
        'config_invalid',
        `CloudFormation uses zones with a default subnet, which only ${used.join(', ')} has, and azs is ${azs}`,
        `-c availabilityZones=${present.slice(0, azs).join(',')} does not need default subnets.`,
      );
    }
    const which =
      availabilityZones === undefined ? ', CloudFormation’s choice; -c availabilityZones=… sets others' : '';
    return pass(`${used.join(', ')}${which}`);
  },
};

/** MSK itself only answers a CreateCluster; EC2's offerings are the nearest information. */
export const instanceType: PreflightCheck = {
  id: 'instance_type',
  title: 'EC2 offers the broker instance type',
  concerns: isOwn,
  async look({ account, options }) {
    const cluster = own(options);
    const { instanceType: type, azs } = cluster;
    const name = type.replace(/^kafka\./, '');
    const [used, offered] = await Promise.all([zonesFor(account, cluster), account.zonesWith(name)]);
    const without = used.filter((zone) => !offered.includes(zone));
    if (without.length === 0) return pass(`EC2 offers ${name} in ${used.join(', ')} (MSK has no list of its own)`);
    return warn(
      `EC2 does not offer ${name} in ${without.join(', ')}, so MSK may refuse it there`,
      offered.length >= azs
        ? `-c availabilityZones=${offered.slice(0, azs).join(',')}`
        : 'Use -c instanceType=kafka.m5.large, or another region.',
    );
  },
};

export const kafkaVersion: PreflightCheck = {
  id: 'kafka_version',
  title: 'MSK offers the Kafka version',
  concerns: isOwn,
  async look({ account, options }) {
    const { kafkaVersion: version } = own(options);
    const listed = await account.kafkaVersions();
    const found = listed.find((one) => one.version === version);
    if (found?.status === 'ACTIVE') return pass(`MSK offers ${version}`);
    const active = listed.filter(({ status }) => status === 'ACTIVE').map((one) => one.version);
    const newest = active.filter((name) => /^[3-9]/.test(name)).slice(-4);
    return fail(
      'config_invalid',
      found === undefined
        ? `MSK does not offer ${version} in this region`
        : `the status of ${version} in MSK is ${found.status}`,
      `Use -c kafkaVersion=… with, for example, ${newest.join(', ')}.`,
    );
  },
};
