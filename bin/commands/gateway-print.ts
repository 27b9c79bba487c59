import type { PolicyPlan } from '../../rehearsal/enforce/index.js';
import type { GatewayRole, IamAccess } from '../../rehearsal/gateway/index.js';
import { printLine, printText } from '../action.js';
import { clientSettings } from './gateway-settings.js';

/** The data of a running gateway for clients and people. */
export interface PrintedGateway {
  readonly plan: PolicyPlan;
  readonly access: IamAccess;
  /** True if the first role has the user's own credentials, which are not printed. */
  readonly ownCredentials: boolean;
  /** True if it started its brokers. */
  readonly embedded: boolean;
}

export function printJson({ plan, access, ownCredentials }: PrintedGateway): void {
  const { region, cluster, names, remarks } = plan;
  const roles = plan.roles.map((role, i) => ({
    ...describe(role),
    ...(ownCredentials && i === 0 ? {} : credentialsOf(role)),
  }));
  printLine(
    JSON.stringify({
      brokers: access.gatewayBrokers,
      admin_brokers: access.adminBrokers,
      ca_file: access.caFile,
      region,
      cluster_arn: cluster.arn,
      made_up: cluster.madeUp,
      topics: names.topic,
      groups: names.group,
      roles,
      remarks,
    }),
  );
}

export function printExports({ plan, access, ownCredentials, embedded }: PrintedGateway): void {
  const { gatewayBrokers: brokers, caFile } = access;
  if (plan.roles.length > 1)
    printText(
      `# ${plan.roles.length} roles, each with its own block. Paste one block into each shell; a later block overrides an earlier one.\n`,
    );
  plan.roles.forEach((role, i) => {
    printText(clientSettings({ role, secret: ownCredentials && i === 0, brokers, caFile, region: plan.region }));
  });
  const { madeUp } = plan.cluster;
  printText(`# Cluster: ${plan.cluster.arn}${madeUp.length === 0 ? '' : ` (made up: ${madeUp.join(', ')})`}`);
  const admin = access.adminBrokers.join(',');
  printText(`# Address for administration, with all rights, on this machine only: ${admin}`);
  printText(`# To create a topic, in a shell without these exports: easy-pubsub topics create NAME --brokers ${admin}`);
  if (embedded) printText('# The broker’s log: easy-pubsub gateway logs');
  printText('# It runs until Ctrl-C, and prints refused logins and denials of the brokers on stderr.');
}

function describe(role: GatewayRole): object {
  const { arn, mayConnect, mayWriteIdempotently, whyNot } = role;
  return {
    arn,
    may_connect: mayConnect,
    may_write_idempotently: mayWriteIdempotently,
    why_not: mayConnect ? undefined : whyNot?.('connect'),
  };
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: GatewayRole): object {
  return { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken };
}
