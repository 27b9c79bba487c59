import { kafkajsConnections } from '../kafkajs/open-connection.js';
import type { KafkaConnection } from '../connection.js';
import type { OpenConnection } from './broker-connection.js';

/** The client library behind everything. */
export function connect(settings: KafkaConnection): OpenConnection {
  return kafkajsConnections(settings);
}
