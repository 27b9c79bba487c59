import type { GatewayRole } from '../gateway/index.js';
import { explainRight, mayConnect, mayWriteIdempotently, type RoleRights } from '../policy/index.js';

const CONNECT = 'kafka-cluster:Connect';
const WRITE_IDEMPOTENTLY = 'kafka-cluster:WriteDataIdempotently';

/** A role as a gateway needs it. Its policies are evaluated at each login, because they may depend on the time. */
export function gatewayRole(
  rights: RoleRights,
  clusterArn: string,
  credentials: Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
): GatewayRole {
  return {
    arn: rights.arn,
    ...credentials,
    get mayConnect() {
      return mayConnect(rights, clusterArn);
    },
    get mayWriteIdempotently() {
      return mayWriteIdempotently(rights, clusterArn);
    },
    whyNot: (right) => explainRight(rights, clusterArn, right === 'connect' ? CONNECT : WRITE_IDEMPOTENTLY, ''),
  };
}
