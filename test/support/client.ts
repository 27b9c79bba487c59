import { clientNames, type ClientName } from '../../src/kafka/connection.js';

/**
 * The client library under test: kafkajs, or the one in TEST_CLIENT. `npm run test:full` runs the tests with both.
 */
export const clientUnderTest: ClientName = clientNames.find((name) => name === process.env['TEST_CLIENT']) ?? 'kafkajs';
