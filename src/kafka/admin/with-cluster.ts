import type { Deadline } from '../../base/deadline.js';
import type { ApiName, BrokerApis } from '../client/broker-apis.js';
import { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import type { KafkaConnection } from '../connection.js';
import { attempts } from './attempts.js';

const subject = { stage: 'metadata', what: 'an answer to an administrative request' } as const;

/** Runs one administrative operation over separate connections, within the deadline. Temporary failures are retried. */
export async function withCluster<T>(
  connection: KafkaConnection,
  deadline: Deadline,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(connection);
  try {
    const mayPass = (thrown: unknown): boolean => toPubsubError(thrown, 'metadata').retryable;
    return await attempts(deadline, subject, mayPass, async () => {
      await deadline.race(cluster.refresh(), subject);
      return deadline.race(work(cluster), subject);
    });
  } catch (error) {
    throw await explainConnectionFailure(connection, toPubsubError(error, 'metadata'));
  } finally {
    cluster.close();
  }
}

/** Asks the controller of the cluster, if it is known; otherwise any broker. */
export async function askController<A extends ApiName>(
  cluster: Cluster,
  api: A,
  body: BrokerApis[A]['request'],
): Promise<BrokerApis[A]['answer']> {
  const { controllerId, brokers } = await cluster.refresh();
  const known = brokers.some(({ nodeId }) => nodeId === controllerId);
  return known ? cluster.ask(controllerId, 'data', api, body) : cluster.askAny(api, body);
}
