// For tests of programs that use the library: `easy-pubsub/testing`.
export { test_kafka } from './test-kafka.js';
export type { test_changes, test_kafka_options, test_settings_options } from './test-kafka-options.js';
export {
  expect_request,
  type expect_call_options,
  type expect_request_options,
  type expected_reply,
} from './expect-request.js';
